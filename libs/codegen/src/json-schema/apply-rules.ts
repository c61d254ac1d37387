import type { TypeSchema } from '@nestjs-thrift/idl';
import type { Expression, Rule } from '../validation/constraints.js';
import { toPattern } from '../validation/pattern.js';
import type { JsonSchema, JsonValue } from './json-schema.js';
import type { TypeContext } from './json-schema.js';

/**
 * Adds rules to the schema of a value. A rule that JSON Schema cannot express, such as one that compares two fields,
 * is named in `$comment`; sizes in bytes become the nearest number of characters that refuses no valid text.
 */
export function applyRules(
  schema: JsonSchema,
  rules: readonly Rule[],
  type: TypeSchema,
  context: TypeContext,
): JsonSchema {
  let result = schema;
  const left: Rule[] = [];
  for (const rule of rules) {
    const keywords = keywordsOf(rule, type, context);
    if (keywords === undefined) {
      left.push(rule);
    } else {
      result = merge(result, keywords);
    }
  }
  return { ...rulesLeft(left), ...result };
}

/** Names rules that a schema does not hold. */
export function rulesLeft(rules: readonly Rule[]): JsonSchema {
  return rules.length === 0 ? {} : { $comment: `also: ${rules.map(describe).join(', ')}` };
}

function keywordsOf(rule: Rule, type: TypeSchema, context: TypeContext): JsonSchema | undefined {
  const values = rule.operands.map((operand) => constant(operand, type, context));
  const known = values.filter((value) => value !== undefined);
  if (known.length < values.length) {
    return undefined;
  }
  const [value] = known;
  switch (rule.name) {
    case 'const':
      return { const: value };
    case 'in':
      return { enum: known };
    case 'not_in':
      return { not: { enum: known } };
    case 'defined_only':
      // An enum lists its members always.
      return {};
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return typeof value === 'number' ? limit(rule.name, value) : undefined;
    case 'min_size':
    case 'max_size':
      return size(rule.name === 'min_size', Number(value), type);
    case 'min_rune_size':
      return type.kind === 'string' ? { minLength: Number(value) } : undefined;
    case 'max_rune_size':
      return type.kind === 'string' ? { maxLength: Number(value) } : undefined;
    default:
      return type.kind === 'string' && typeof value === 'string'
        ? textKeywords(rule.name, value)
        : undefined;
  }
}

function limit(name: 'gt' | 'ge' | 'lt' | 'le', value: number): JsonSchema {
  const keyword = {
    gt: 'exclusiveMinimum',
    ge: 'minimum',
    lt: 'exclusiveMaximum',
    le: 'maximum',
  } as const;
  return { [keyword[name]]: value };
}

function size(isLeast: boolean, value: number, type: TypeSchema): JsonSchema | undefined {
  switch (type.kind) {
    case 'string':
      // A character takes one to four bytes.
      return isLeast ? { minLength: Math.ceil(value / 4) } : { maxLength: value };
    case 'binary': {
      const characters = Math.ceil(value / 3) * 4;
      return isLeast ? { minLength: characters } : { maxLength: characters };
    }
    case 'map':
      if (type.key.kind === 'struct' || 'element' in type.key || type.key.kind === 'map') {
        return isLeast ? { minItems: value } : { maxItems: value };
      }
      return isLeast ? { minProperties: value } : { maxProperties: value };
    default:
      return isLeast ? { minItems: value } : { maxItems: value };
  }
}

function textKeywords(
  name: 'pattern' | 'prefix' | 'suffix' | 'contains' | 'not_contains',
  text: string,
): JsonSchema | undefined {
  switch (name) {
    case 'pattern': {
      const { source, flags } = toPattern(text);
      return flags === 'u' ? { pattern: source } : undefined;
    }
    case 'prefix':
      return { pattern: `^${escape(text)}` };
    case 'suffix':
      return { pattern: `${escape(text)}$` };
    case 'contains':
      return { pattern: escape(text) };
    case 'not_contains':
      return { not: { pattern: escape(text) } };
  }
}

/** The JSON of a constant operand; `undefined` if it depends on other fields. */
function constant(
  operand: Expression,
  type: TypeSchema,
  { i64 }: TypeContext,
): JsonValue | undefined {
  if (operand.kind === 'field' || operand.kind === 'call') {
    return undefined;
  }
  if (type.kind === 'binary' && operand.kind === 'text') {
    return Buffer.from(operand.value).toString('base64');
  }
  if (operand.kind !== 'integer') {
    return operand.value;
  }
  return type.kind === 'i64' && i64 !== 'number' ? operand.value : Number(operand.value);
}

/** Both schemas at once. A later limit of the same kind is added next to the first. */
function merge(schema: JsonSchema, added: JsonSchema): JsonSchema {
  const clashes = Object.keys(added).some((key) => key in schema);
  const isRange = 'minimum' in added || 'maximum' in added;
  if (!clashes) {
    return { ...schema, ...added };
  }
  if (isRange && schema.minimum !== undefined && schema.maximum !== undefined) {
    return {
      ...schema,
      minimum: Math.max(schema.minimum, added.minimum ?? schema.minimum),
      maximum: Math.min(schema.maximum, added.maximum ?? schema.maximum),
    };
  }
  return { ...schema, allOf: [...(schema.allOf ?? []), added] };
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function describe({ name, operands }: Rule): string {
  const shown = operands.map(describeOperand);
  return `vt.${name} = ${shown.join(', ')}`;
}

function describeOperand(operand: Expression): string {
  switch (operand.kind) {
    case 'field':
      return `$${operand.field.name}`;
    case 'call':
      return `@${operand.name}(${operand.arguments.map(describeOperand).join(', ')})`;
    default:
      return String(operand.value);
  }
}
