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
import { annotationsText, constantText } from './constant-text.js';

/** A definition as the IDL would write it, inherited methods included, docs as comments. */
export function serviceText(schema: Schema, service: ServiceSchema): string {
  const { doc, name, annotations } = service;
  const parent = service.extends === undefined ? '' : ` extends ${service.extends.name}`;
  const methods = allMethods(schema, service).map((method) => indent(methodText(schema, method)));
  return `${comment(doc)}service ${name}${parent} {\n${methods.join('\n')}}${annotationsText(annotations)}\n`;
}

/** A method with its docs and annotations. */
export function methodText(schema: Schema, method: MethodSchema): string {
  const { doc, annotations } = method;
  return `${comment(doc)}${signature(schema, method)}${annotationsText(annotations)}\n`;
}

/** A method on one line. */
export function signature(
  schema: Schema,
  { name, oneway, returns, parameters, exceptions }: MethodSchema,
): string {
  const result = returns === undefined ? 'void' : typeName(returns);
  const given = parameters.map((field) => fieldText(schema, field)).join(', ');
  const thrown = exceptions.map((field) => bareFieldText(field)).join(', ');
  const throws = thrown === '' ? '' : ` throws (${thrown})`;
  return `${oneway ? 'oneway ' : ''}${result} ${name}(${given})${throws}`;
}

/** A struct, union or exception with its docs and annotations. */
export function structText(
  schema: Schema,
  { kind, name, doc, annotations, fields }: StructSchema,
): string {
  const lines = fields.map((field) => {
    // The fields of a union are optional without a word.
    const text = kind === 'union' ? bareFieldText(field) : fieldText(schema, field);
    return indent(`${comment(field.doc)}${text}${annotationsText(field.annotations)}\n`);
  });
  return `${comment(doc)}${kind} ${name} {\n${lines.join('')}}${annotationsText(annotations)}\n`;
}

/** An enum with its docs and annotations. */
export function enumText({ name, doc, annotations, members }: EnumSchema): string {
  const lines = members.map((member) =>
    indent(
      `${comment(member.doc)}${member.name} = ${member.value}${annotationsText(member.annotations)}\n`,
    ),
  );
  return `${comment(doc)}enum ${name} {\n${lines.join('')}}${annotationsText(annotations)}\n`;
}

/** A field with its requiredness and its default. */
export function fieldText(schema: Schema, field: FieldSchema): string {
  const { id, name, type, requiredness, defaultValue } = field;
  const word = requiredness === 'default' ? '' : `${requiredness} `;
  const value = defaultValue === undefined ? '' : ` = ${constantText(defaultValue, type, schema)}`;
  return `${id}: ${word}${typeName(type)} ${name}${value}`;
}

function bareFieldText({ id, name, type }: FieldSchema): string {
  return `${id}: ${typeName(type)} ${name}`;
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
