import type {
  DefinitionSchema,
  EnumSchema,
  FieldSchema,
  Schema,
  StructSchema,
} from '@nestjs-thrift/idl';
import type { Constraints, StructConstraints } from '../validation/constraints.js';
import { breaksOnZero } from '../validation/breaks-on-zero.js';
import { jsonConstant } from './json-constant.js';
import type { JsonSchema, TypeContext } from './json-schema.js';
import { typeSchema } from './type-schema.js';

/** The members of an enum, by number. */
export function enumSchema(definition: EnumSchema): JsonSchema {
  const members = definition.members.map((member) => ({
    const: member.value,
    title: member.name,
    ...described(member),
  }));
  const values: JsonSchema = members.length === 0 ? { not: {} } : { oneOf: members };
  return { ...described(definition), type: 'integer', ...values };
}

/** A struct or an exception. */
export function structSchema(
  definition: StructSchema,
  constraints: StructConstraints,
  context: TypeContext,
  schema: Schema,
): JsonSchema {
  const { fields } = definition;
  const properties = fields.map(
    (field) =>
      [field.name, fieldSchema(field, constraints.fields.get(field), context, schema)] as const,
  );
  const required = fields.filter((field) => mustBeGiven(field, constraints.fields.get(field)));
  const asserted = constraints.assertions.length;
  return {
    ...described(definition),
    ...(asserted === 0 ? {} : { $comment: `also: ${asserted} vt.assert` }),
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required: required.map(({ name }) => name) }),
    additionalProperties: false,
  };
}

/** A union: an object with exactly one of its properties. */
export function unionSchema(
  definition: StructSchema,
  constraints: StructConstraints,
  context: TypeContext,
  schema: Schema,
): JsonSchema {
  const { required: _, ...rest } = structSchema(definition, constraints, context, schema);
  return { ...rest, minProperties: 1, maxProperties: 1 };
}

function fieldSchema(
  field: FieldSchema,
  constraints: Constraints | undefined,
  context: TypeContext,
  schema: Schema,
): JsonSchema {
  const { defaultValue, type } = field;
  const { i64 } = context;
  return {
    ...described(field),
    ...typeSchema(type, context, constraints),
    ...(defaultValue === undefined
      ? {}
      : { default: jsonConstant(defaultValue, type, schema, i64) }),
  };
}

/** An absent field counts as its zero in Go, so that one which refuses its zero has to be there. */
function mustBeGiven(field: FieldSchema, constraints: Constraints | undefined): boolean {
  if (field.defaultValue !== undefined) {
    return false;
  }
  if (field.requiredness === 'required' || constraints?.notNil) {
    return true;
  }
  if (field.requiredness === 'optional' || constraints === undefined) {
    return false;
  }
  return breaksOnZero(constraints.rules, field.type);
}

function described({ doc, annotations }: DefinitionSchema): JsonSchema {
  const deprecated = annotations.deprecated?.at(-1);
  return {
    ...(doc === undefined ? {} : { description: doc }),
    ...(deprecated === undefined || deprecated === 'false' ? {} : { deprecated: true }),
  };
}
