import {
  allMethods,
  type EnumSchema,
  type FieldSchema,
  type MethodSchema,
  type Schema,
  type ServiceSchema,
  type StructSchema,
} from '@nestjs-thrift/idl';
import { typeName } from '../../values/scalar-from-json.js';

/** A definition as the IDL would write it, inherited methods included, docs as comments. */
export function serviceText(schema: Schema, service: ServiceSchema): string {
  const parent = service.extends === undefined ? '' : ` extends ${service.extends.name}`;
  const methods = allMethods(schema, service).map((method) => indent(methodText(method)));
  return `${comment(service.doc)}service ${service.name}${parent} {\n${methods.join('\n')}}\n`;
}

export function methodText(
  { name, doc, oneway, returns, parameters, exceptions }: MethodSchema,
  withDocs = true,
): string {
  const result = returns === undefined ? 'void' : typeName(returns);
  const thrown = exceptions.map((field) => fieldText(field, false)).join(', ');
  const signature = `${oneway ? 'oneway ' : ''}${result} ${name}(${parameters.map((field) => fieldText(field, false)).join(', ')})`;
  return `${withDocs ? comment(doc) : ''}${signature}${thrown === '' ? '' : ` throws (${thrown})`}\n`;
}

export function structText({ kind, name, doc, fields }: StructSchema): string {
  const lines = fields.map((field) => indent(`${comment(field.doc)}${fieldText(field)}\n`));
  return `${comment(doc)}${kind} ${name} {\n${lines.join('')}}\n`;
}

export function enumText({ name, doc, members }: EnumSchema): string {
  const lines = members.map((member) =>
    indent(`${comment(member.doc)}${member.name} = ${member.value}\n`),
  );
  return `${comment(doc)}enum ${name} {\n${lines.join('')}}\n`;
}

export function fieldText(
  { id, name, type, requiredness }: FieldSchema,
  withRequiredness = true,
): string {
  const word = withRequiredness && requiredness !== 'default' ? `${requiredness} ` : '';
  return `${id}: ${word}${typeName(type)} ${name}`;
}

function comment(doc: string | undefined): string {
  if (doc === undefined) {
    return '';
  }
  return doc
    .split('\n')
    .map((line) => `// ${line}`.trimEnd() + '\n')
    .join('');
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
