import { findEnum } from '@nestjs-thrift/idl';
import type { FieldSchema, StructSchema, TypeSchema } from '@nestjs-thrift/idl';
import type {
  Constraints,
  Rule,
  RuleName,
  StructConstraints,
} from '../../validation/constraints.js';
import { toPattern } from '../../validation/pattern.js';
import type { FileScope } from '../scope/file-scope.js';
import { valueKey } from '../text/literals.js';
import { expression } from './expressions.js';

/** Rules by the names that the runtime has for them. */
const RULES: Readonly<Record<Exclude<RuleName, 'pattern' | 'defined_only'>, string>> = {
  const: 'equals',
  lt: 'lt',
  le: 'le',
  gt: 'gt',
  ge: 'ge',
  in: 'oneOf',
  not_in: 'noneOf',
  min_size: 'minSize',
  max_size: 'maxSize',
  min_rune_size: 'minRunes',
  max_rune_size: 'maxRunes',
  prefix: 'prefix',
  suffix: 'suffix',
  contains: 'contains',
  not_contains: 'lacks',
};

const I64_CHECKS = { bigint: 'i64', number: 'i64Number', string: 'i64String' } as const;

/** An expression for the Standard Schema validator of a struct, union or exception. */
export function validatorExpression(
  definition: StructSchema,
  constraints: StructConstraints,
  scope: FileScope,
): string {
  return new ValidatorWriter(scope).expression(definition, constraints);
}

class ValidatorWriter {
  readonly #scope: FileScope;

  readonly #runtime: string;

  constructor(scope: FileScope) {
    this.#scope = scope;

    this.#runtime = scope.check;
  }

  expression(definition: StructSchema, { fields, assertions }: StructConstraints): string {
    const type = this.#scope.names.types.get(definition.name);
    const entries = definition.fields.map(
      (field) =>
        `    ${valueKey(field.name)}: ${this.#field(field, definition, fields.get(field))},\n`,
    );
    const body = entries.length === 0 ? '() => ({})' : `() => ({\n${entries.join('')}  })`;
    const make = definition.kind === 'union' ? 'union' : 'struct';
    const asserted = assertions.map((assertion) => `, ${this.#operand(assertion)}`).join('');
    return `${this.#runtime}.${make}<${type}>(${body}${asserted})`;
  }

  #field(field: FieldSchema, { kind }: StructSchema, constraints: Constraints | undefined): string {
    const check = this.#check(field.type, constraints);
    if (field.requiredness === 'required' || constraints?.notNil) {
      return this.#call('required', check);
    }
    const zero = constraints && kind !== 'union' ? this.#zero(field, constraints) : undefined;
    return zero === undefined
      ? this.#call('optional', check)
      : this.#call('defaulted', check, zero);
  }

  /** Go gives an absent field its zero, unless it is optional, and validates that. */
  #zero({ requiredness, defaultValue, type }: FieldSchema, { rules }: Constraints) {
    if (requiredness !== 'default' || defaultValue !== undefined || rules.length === 0) {
      return undefined;
    }
    switch (type.kind) {
      case 'bool':
        return 'false';
      case 'i64':
        return { bigint: '0n', number: '0', string: "'0'" }[this.#scope.i64];
      case 'string':
        return "''";
      case 'binary':
        return 'Buffer.alloc(0)';
      case 'list':
      case 'set':
        return '[]';
      case 'map':
        return type.key.kind === 'string' ? '{}' : 'new Map()';
      case 'uuid':
      case 'struct':
        return undefined;
      default:
        return '0';
    }
  }

  #check(type: TypeSchema, constraints: Constraints | undefined): string {
    const rules = (constraints?.rules ?? []).map((rule) => this.#rule(rule, type));
    switch (type.kind) {
      case 'i64':
        return this.#call(I64_CHECKS[this.#scope.i64], ...rules);
      case 'enum':
        return this.#call('i32', ...rules);
      case 'struct':
        return constraints?.skip
          ? `${this.#runtime}.untouched`
          : `${this.#scope.structSchema(type.ref)}.check`;
      case 'list':
      case 'set':
        return this.#call(type.kind, this.#check(type.element, constraints?.element), ...rules);
      case 'map': {
        const key = this.#check(type.key, constraints?.key);
        const value = this.#check(type.value, constraints?.value);
        return this.#call(type.key.kind === 'string' ? 'record' : 'map', key, value, ...rules);
      }
      default:
        return this.#call(type.kind, ...rules);
    }
  }

  #rule({ name, operands }: Rule, type: TypeSchema): string {
    if (name === 'defined_only' && type.kind === 'enum') {
      const { members } = findEnum(this.#scope.schema, type.ref);
      return this.#call('defined', ...members.map(({ value }) => String(value)));
    }
    const [first] = operands;
    if (name === 'pattern' && first?.kind === 'text') {
      const { source, flags } = toPattern(first.value);
      return this.#call('pattern', String(new RegExp(source, flags)));
    }
    const runtimeName = RULES[name as keyof typeof RULES];
    return this.#call(runtimeName, ...operands.map((operand) => this.#operand(operand)));
  }

  #operand(operand: Rule['operands'][number]): string {
    const text = expression(operand, this.#runtime, this.#scope.i64);
    return operand.kind === 'field' || operand.kind === 'call' ? `(fields) => ${text}` : text;
  }

  #call(name: string, ...values: readonly string[]): string {
    return `${this.#runtime}.${name}(${values.join(', ')})`;
  }
}
