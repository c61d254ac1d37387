import type { Schema, StructSchema, TypeSchema } from '@nestjs-thrift/idl';
import {
  AnnotationError,
  UnknownFormError,
  type Constraints,
  type Expression,
  type Rule,
  type RuleName,
} from './constraints.js';
import { parseBool, parseConstant, parseSize } from './parse-constant.js';
import { isExpression, parseExpression } from './parse-expression.js';
import { toPattern } from './pattern.js';
import { isKnownRule, RULES_BY_KIND } from './rule-table.js';
import { unlessUnknown } from './unless-unknown.js';

/** Annotations without `vt.`, in order. */
export type RuleAnnotations = readonly (readonly [key: string, values: readonly string[]])[];

/** Cheap rules stand before `pattern`, whose cost grows with what the value holds. */
const ORDER: readonly RuleName[] = ['max_size', 'max_rune_size', 'min_size', 'min_rune_size'];

/**
 * Reads the rules on a value of a type; `elem.`, `key.` and `value.` lead to what it holds.
 *
 * @param onUnknown takes what is wrong with annotations in a form that this validator does not have; they are left out
 * @throws {AnnotationError}
 */
export function parseRules(
  annotations: RuleAnnotations,
  type: TypeSchema,
  struct: StructSchema,
  schema: Schema,
  onUnknown: (message: string) => void,
): Constraints {
  const rules: Rule[] = [];
  let notNil = false;
  let skip = false;
  for (const [key, values] of annotations) {
    const [name = ''] = key.split('.');
    const parsed = unlessUnknown(onUnknown, () => {
      checkName(name, key, type);
      return isPart(name)
        ? []
        : inContext(key, () => parseRule(name, values, type, struct, schema));
    });
    for (const rule of parsed ?? []) {
      if (rule === 'not_nil') {
        notNil = true;
      } else if (rule === 'skip') {
        skip = true;
      } else {
        rules.push(rule);
      }
    }
  }
  const inner = (name: string, part: TypeSchema | undefined): Constraints | undefined => {
    const nested = annotations.flatMap(([key, values]) =>
      key.startsWith(`${name}.`) ? [[key.slice(name.length + 1), values] as const] : [],
    );
    const onNestedUnknown = (message: string): void => onUnknown(withContext(name, message));
    return part && inContext(name, () => parseRules(nested, part, struct, schema, onNestedUnknown));
  };
  const element = inner(
    'elem',
    type.kind === 'list' || type.kind === 'set' ? type.element : undefined,
  );
  const key = inner('key', type.kind === 'map' ? type.key : undefined);
  const value = inner('value', type.kind === 'map' ? type.value : undefined);
  return {
    notNil,
    skip,
    rules: rules.toSorted((a, b) => rank(a) - rank(b)),
    ...(element && { element }),
    ...(key && { key }),
    ...(value && { value }),
  };
}

function parseRule(
  name: string,
  values: readonly string[],
  type: TypeSchema,
  struct: StructSchema,
  schema: Schema,
): (Rule | 'not_nil' | 'skip')[] {
  const operand = (text: string, constant: (text: string) => Expression): Expression =>
    isExpression(text) ? parseExpression(text, struct) : constant(text);
  switch (name) {
    case 'not_nil':
    case 'skip':
      return values.some(parseBool) ? [name] : [];
    case 'no_sparse':
      // A map holds no empty values here, whatever the flag says.
      values.forEach(parseBool);
      return [];
    case 'defined_only':
      return values.some(parseBool) ? [{ name, operands: [] }] : [];
    case 'pattern':
      values.forEach(toPattern);
      return values.map((value) => ({ name, operands: [{ kind: 'text', value }] }));
    case 'in':
    case 'not_in': {
      const operands = values.map((text) =>
        operand(text, (constant) => parseConstant(constant, type, schema)),
      );
      return [{ name, operands }];
    }
    case 'min_size':
    case 'max_size':
    case 'min_rune_size':
    case 'max_rune_size':
      return values.map((text) => ({ name, operands: [operand(text, parseSize)] }));
    default:
      return values.map((text) => ({
        name: name as RuleName,
        operands: [operand(text, (constant) => parseConstant(constant, type, schema))],
      }));
  }
}

function checkName(name: string, key: string, type: TypeSchema): void {
  const known = RULES_BY_KIND[type.kind];
  if (known.includes(name) && isPart(name) === key.includes('.')) {
    return;
  }
  const list = known.map((rule) => `vt.${rule}`).join(', ');
  const message = `vt.${key} is not a rule for ${describeType(type)}; there are ${list}`;
  throw isKnownRule(name) ? new AnnotationError(message) : new UnknownFormError(message);
}

function describeType(type: TypeSchema): string {
  return type.kind === 'struct' || type.kind === 'enum'
    ? `${type.kind} ${type.ref.name}`
    : type.kind;
}

function inContext<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AnnotationError)) {
      throw error;
    }
    const message = withContext(key, error.message);
    throw error instanceof UnknownFormError
      ? new UnknownFormError(message)
      : new AnnotationError(message);
  }
}

function withContext(key: string, message: string): string {
  const nested = message.startsWith('vt.') ? `.${message.slice('vt.'.length)}` : `: ${message}`;
  return `vt.${key}${nested}`;
}

function isPart(name: string): boolean {
  return name === 'elem' || name === 'key' || name === 'value';
}

function rank({ name }: Rule): number {
  if (name === 'pattern') {
    return ORDER.length + 1;
  }
  const index = ORDER.indexOf(name);
  return index === -1 ? ORDER.length : index;
}
