import type { TypeSchema } from '@nestjs-thrift/idl';
import type { Constraints } from '../validation/constraints.js';
import { applyRules, rulesLeft } from './apply-rules.js';
import type { JsonSchema, TypeContext } from './json-schema.js';

const DECIMAL = '^-?(0|[1-9][0-9]{0,18})$';
const BASE64 = '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$';
const UUID = '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$';

const NONE: Constraints = { notNil: false, skip: false, rules: [] };

/** The schema of the JSON of a value, with what annotations demand of it. */
export function typeSchema(
  type: TypeSchema,
  context: TypeContext,
  constraints: Constraints = NONE,
): JsonSchema {
  return applyRules(plainSchema(type, context, constraints), constraints.rules, type, context);
}

function plainSchema(type: TypeSchema, context: TypeContext, constraints: Constraints): JsonSchema {
  switch (type.kind) {
    case 'bool':
      return { type: 'boolean' };
    case 'i8':
      return integer(2 ** 7);
    case 'i16':
      return integer(2 ** 15);
    case 'i32':
      return integer(2 ** 31);
    case 'i64':
      return context.i64 === 'number'
        ? { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }
        : { type: 'string', pattern: DECIMAL };
    case 'double':
      return { type: 'number' };
    case 'string':
      return { type: 'string' };
    case 'binary':
      return { type: 'string', contentEncoding: 'base64', pattern: BASE64 };
    case 'uuid':
      return { type: 'string', format: 'uuid', pattern: UUID };
    case 'enum':
    case 'struct':
      return { $ref: context.refer(type.ref) };
    case 'list':
      return { type: 'array', items: typeSchema(type.element, context, constraints.element) };
    case 'set': {
      const items = typeSchema(type.element, context, constraints.element);
      return { type: 'array', items, uniqueItems: true };
    }
    case 'map':
      return mapSchema(type, context, constraints);
  }
}

/** An object where keys have a text, an array of pairs where they are structs or containers. */
function mapSchema(
  type: Extract<TypeSchema, { kind: 'map' }>,
  context: TypeContext,
  constraints: Constraints,
): JsonSchema {
  const value = typeSchema(type.value, context, constraints.value);
  const propertyNames = keySchema(type.key, context, constraints.key);
  if (propertyNames !== undefined) {
    return { type: 'object', propertyNames, additionalProperties: value };
  }
  const key = typeSchema(type.key, context, constraints.key);
  const pair: JsonSchema = { type: 'array', prefixItems: [key, value], items: false, minItems: 2 };
  return { type: 'array', items: pair };
}

/** What the names of properties have to be, if keys of the type can be such. */
function keySchema(
  type: TypeSchema,
  context: TypeContext,
  constraints: Constraints = NONE,
): JsonSchema | undefined {
  switch (type.kind) {
    case 'bool':
      return { enum: ['true', 'false'] };
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64':
      return { ...rulesLeft(constraints.rules), pattern: DECIMAL };
    case 'double':
      return rulesLeft(constraints.rules);
    case 'enum':
      return { enum: context.membersOf(type.ref).map(String) };
    case 'string':
    case 'binary':
    case 'uuid':
      return typeSchema(type, context, constraints);
    default:
      return undefined;
  }
}

function integer(limit: number): JsonSchema {
  return { type: 'integer', minimum: -limit, maximum: limit - 1 };
}
