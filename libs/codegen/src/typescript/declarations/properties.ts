import type { FieldSchema } from '@nestjs-thrift/idl';
import type { FileScope } from '../scope/file-scope.js';
import { docComment } from '../text/doc-comment.js';
import { typeKey } from '../text/literals.js';

/**
 * The properties of a struct's type. A field that is not `required` may be absent on the wire, so it may be
 * `undefined`, whatever default it has, unless defaults are to stand for what is absent.
 */
export function properties(
  fields: readonly FieldSchema[],
  scope: FileScope,
  indent = '  ',
): string {
  return fields
    .map((field) => `${docComment(field, indent)}${indent}${property(field, scope)};\n`)
    .join('');
}

/** One property, without comment and punctuation. */
export function property(field: FieldSchema, scope: FileScope): string {
  const type = scope.type(field.type);
  const key = typeKey(field.name);
  return isAlwaysThere(field, scope) ? `${key}: ${type}` : `${key}?: ${type} | undefined`;
}

function isAlwaysThere(
  { requiredness, defaultValue }: FieldSchema,
  { hasZeroDefaults }: FileScope,
): boolean {
  const hasDefault = requiredness === 'default' && defaultValue !== undefined;
  return requiredness === 'required' || (hasZeroDefaults && hasDefault);
}

/** Whether a value must contain the field: it is required and has no default. */
export function mustBeGiven(field: FieldSchema): boolean {
  return field.requiredness === 'required' && field.defaultValue === undefined;
}

/** Members that TypeScript gives to every object; a field by such a name overrides them. */
const OBJECT_MEMBERS: readonly string[] = [
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'toString',
  'valueOf',
];

/** Whether a field has the name of something that every object inherits. */
export function overridesObject(field: FieldSchema): boolean {
  return OBJECT_MEMBERS.includes(field.name);
}

/** Whether `{}` is a complete `init`, also to the type checker. */
export function canBeLeftEmpty(fields: readonly FieldSchema[]): boolean {
  return !fields.some((field) => mustBeGiven(field) || overridesObject(field));
}
