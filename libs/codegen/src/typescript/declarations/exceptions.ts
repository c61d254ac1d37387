import type { FieldSchema, StructSchema } from '@nestjs-thrift/idl';
import type { FileScope } from '../scope/file-scope.js';
import { docComment } from '../text/doc-comment.js';
import { ownPropertyAccess, propertyAccess, quote, typeKey, valueKey } from '../text/literals.js';
import { canBeLeftEmpty, mustBeGiven, overridesObject } from './properties.js';
import { initialValue } from './structs.js';

/** Properties of `Error` that are strings. */
const ERROR_STRINGS = ['message', 'name', 'stack'];

/** A class that extends `ThriftException` and is made from an object with its fields. */
export function exceptionDeclaration(definition: StructSchema, scope: FileScope): string {
  const { fields } = definition;
  const name = scope.names.types.get(definition.name);
  const declared = [
    ...nameDeclaration(definition),
    ...fields.map((field) => `${docComment(field, '  ')}  ${declaration(field, scope)};\n`),
  ];
  const body = [
    `super(${superMessage(fields)})`,
    ...fields.map((field) => assignment(field, scope)),
  ];
  return (
    `${docComment(definition)}export class ${name} extends ${baseClass(fields, scope)} {\n` +
    `${declared.join('')}${declared.length === 0 ? '' : '\n'}` +
    `  constructor(${initParameter(fields, scope)}) {\n` +
    `${body.map((line) => `    ${line};\n`).join('')}  }\n}\n`
  );
}

/** The name in the IDL as a literal: minifiers shorten names of classes, and the class may have another one. */
function nameDeclaration({ name, fields }: StructSchema): string[] {
  if (fields.some((field) => field.name === 'name')) {
    return [];
  }
  return [`  override readonly name = ${quote(name)};\n`];
}

/** Whether an instance is no `Error` to the type checker, because a field gives a property of `Error` another type. */
export function isForeignToError(definition: StructSchema): boolean {
  return definition.fields.some(clashesWithError);
}

function clashesWithError(field: FieldSchema): boolean {
  return ERROR_STRINGS.includes(field.name) && field.type.kind !== 'string';
}

function baseClass(fields: readonly FieldSchema[], scope: FileScope): string {
  const base = `${scope.t}.ThriftException`;
  const clashing = fields.filter(clashesWithError).map(({ name }) => quote(name));
  if (clashing.length === 0) {
    return base;
  }
  return `(${base} as abstract new (message?: string) => Omit<${base}, ${clashing.join(' | ')}>)`;
}

function initParameter(fields: readonly FieldSchema[], scope: FileScope): string {
  if (fields.length === 0) {
    return '_init: Record<string, never> = {}';
  }
  const members = fields.map((field) => {
    const type = scope.type(field.type);
    const key = typeKey(field.name);
    return mustBeGiven(field) ? `    ${key}: ${type};\n` : `    ${key}?: ${type} | undefined;\n`;
  });
  return `init: {\n${members.join('')}  }${canBeLeftEmpty(fields) ? ' = {}' : ''}`;
}

function declaration(field: FieldSchema, scope: FileScope): string {
  const overrides = isErrorString(field) || field.name === 'cause' || overridesObject(field);
  const key = `${overrides ? 'override ' : ''}readonly ${valueKey(field.name)}`;
  const type = scope.type(field.type);
  return isAlwaysSet(field) ? `${key}: ${type}` : `${key}: ${type} | undefined`;
}

/** An error without a message breaks code that prints it, so the strings of `Error` are empty rather than absent. */
function isAlwaysSet(field: FieldSchema): boolean {
  if (field.requiredness === 'required' || field.defaultValue !== undefined) {
    return true;
  }
  return isErrorString(field);
}

function isErrorString(field: FieldSchema): boolean {
  return ERROR_STRINGS.includes(field.name) && !clashesWithError(field);
}

function assignment(field: FieldSchema, scope: FileScope): string {
  const empty = isErrorString(field) && !mustBeGiven(field) && field.defaultValue === undefined;
  const value = `${initialValue(field, scope)}${empty ? " ?? ''" : ''}`;
  return `${propertyAccess('this', field.name)} = ${value}`;
}

/** The message also goes to the constructor of `Error`, which copies it into the stack. */
function superMessage(fields: readonly FieldSchema[]): string {
  const message = fields.find((field) => field.name === 'message' && isErrorString(field));
  return message === undefined ? '' : ownPropertyAccess('init', 'message');
}
