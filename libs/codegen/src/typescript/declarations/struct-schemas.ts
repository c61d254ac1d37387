import type { FieldSchema, StructSchema } from '@nestjs-thrift/idl';
import type { StructConstraints } from '../../validation/constraints.js';
import type { FileScope } from '../scope/file-scope.js';
import { quote, valueKey } from '../text/literals.js';
import { mustBeGiven } from './properties.js';
import { fieldExpression } from './type-expression.js';
import { validatorExpression } from './validators.js';

const MAX_LINE_LENGTH = 100;

/** `XSchema`: the codec of a struct, union or exception, its creator and its fields; its validator if asked for. */
export function structSchema(
  definition: StructSchema,
  constraints: StructConstraints | undefined,
  scope: FileScope,
): string {
  const { t } = scope;
  const name = scope.names.schemas.get(definition.name);
  const type = scope.names.types.get(definition.name);
  const required = definition.kind === 'union' ? [] : definition.fields.filter(mustBeGiven);
  const parameters = [type, required.map((field) => quote(field.name)).join(' | ')];
  const structType = `${t}.Struct<${parameters.filter((each) => each !== '').join(', ')}>`;
  const struct = `/* @__PURE__ */ ${structExpression(definition, scope)}`;
  if (constraints === undefined) {
    return assignment(`export const ${name}: ${structType} =`, struct);
  }
  const validator = validatorExpression(definition, constraints, scope);
  const value = `/* @__PURE__ */ ${t}.validated(\n${indent(struct)},\n  () => ${validator},\n)`;
  return assignment(
    `export const ${name}: ${structType} & ${scope.check}.ThriftSchema<${type}> =`,
    value,
  );
}

/** On one line if it fits. */
function assignment(head: string, value: string): string {
  const [firstLine = ''] = value.split('\n', 1);
  const fits = head.length + 1 + firstLine.length <= MAX_LINE_LENGTH;
  return fits ? `${head} ${value};\n` : `${head}\n${indent(value)};\n`;
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

function structExpression(definition: StructSchema, scope: FileScope): string {
  const { kind, name, fields } = definition;
  const reference = { file: scope.file.path, name };
  const parts = [quote(name)];
  if (kind === 'exception') {
    parts.push(`() => ${scope.names.types.get(name)}`);
  }
  parts.push(fieldRecord(fields, scope));
  if (scope.hasStaticCodecs) {
    parts.push(`() => ${scope.codec(reference)}`);
  }
  return `${scope.t}.${kind}(${parts.join(', ')})`;
}

/** A function that makes an object with the fields: they may refer to what the file defines further down. */
function fieldRecord(fields: readonly FieldSchema[], scope: FileScope): string {
  const members = fields.map(
    (field) => `  ${valueKey(field.name)}: ${fieldExpression(field, scope)},\n`,
  );
  return members.length === 0 ? '() => ({})' : `() => ({\n${members.join('')}})`;
}
