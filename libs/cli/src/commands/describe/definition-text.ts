import {
  allMethods,
  type ConstantSchema,
  type EnumSchema,
  type FieldSchema,
  type MethodSchema,
  type Schema,
  type ServiceSchema,
  type StructSchema,
  type TypedefSchema,
} from '@nestjs-thrift/idl';
import { textWidth } from '../../terminal/text-width.js';
import { annotationsText, constantText } from './constant-text.js';
import { referenceText, typeText } from './type-text.js';

/** Writes definitions of one file as its IDL would, docs as comments. */
export class DefinitionText {
  readonly #schema: Schema;
  readonly #file: string;
  readonly #columns: number;

  constructor(schema: Schema, file: string, columns: number) {
    this.#schema = schema;
    this.#file = file;
    this.#columns = columns;
  }

  /** A service with the methods it inherits. */
  service(service: ServiceSchema): string {
    const { doc, name, annotations } = service;
    const base = service.extends && referenceText(service.extends, this.#file, this.#schema);
    const methods = allMethods(this.#schema, service).map((method) => indent(this.method(method)));
    return `${comment(doc)}service ${name}${base === undefined ? '' : ` extends ${base}`} {\n${methods.join('\n')}}${annotationsText(annotations)}\n`;
  }

  /** A method with its docs and annotations. */
  method(method: MethodSchema): string {
    const { doc, annotations } = method;
    return `${comment(doc)}${this.signature(method, 2)}${annotationsText(annotations)}\n`;
  }

  /** A method, on one line where it fits behind `margin` columns. */
  signature(
    { name, oneway, returns, parameters, exceptions }: MethodSchema,
    margin: number,
  ): string {
    const result = returns === undefined ? 'void' : typeText(returns, this.#file, this.#schema);
    const start = `${oneway ? 'oneway ' : ''}${result} ${name}(`;
    const given = parameters.map((field) => this.field(field));
    const thrown = exceptions.map((field) => this.#bareField(field)).join(', ');
    const end = thrown === '' ? ')' : `) throws (${thrown})`;
    const line = `${start}${given.join(', ')}${end}`;
    if (given.length === 0 || textWidth(line) + margin <= this.#columns) {
      return line;
    }
    return `${start}\n${given.map((field) => `  ${field}\n`).join('')}${end}`;
  }

  /** A struct, union or exception with its docs and annotations. */
  struct({ kind, name, doc, annotations, fields }: StructSchema): string {
    const lines = fields.map((field) => {
      // The fields of a union are implicitly optional.
      const text = kind === 'union' ? this.#bareField(field) : this.field(field);
      return indent(`${comment(field.doc)}${text}${annotationsText(field.annotations)}\n`);
    });
    return `${comment(doc)}${kind} ${name} {\n${lines.join('')}}${annotationsText(annotations)}\n`;
  }

  /** An enum with its numbers, docs and annotations. */
  enum({ name, doc, annotations, members }: EnumSchema): string {
    const lines = members.map((member) =>
      indent(
        `${comment(member.doc)}${member.name} = ${member.value}${annotationsText(member.annotations)}\n`,
      ),
    );
    return `${comment(doc)}enum ${name} {\n${lines.join('')}}${annotationsText(annotations)}\n`;
  }

  /** A typedef with its docs and annotations. */
  typedef({ name, doc, annotations, type }: TypedefSchema): string {
    const shown = typeText(type, this.#file, this.#schema);
    return `${comment(doc)}typedef ${shown} ${name}${annotationsText(annotations)}\n`;
  }

  /** A constant with its docs and value. */
  constant({ name, doc, annotations, type, value }: ConstantSchema): string {
    const shown = typeText(type, this.#file, this.#schema);
    return `${comment(doc)}const ${shown} ${name} = ${constantText(value, type, this.#schema)}${annotationsText(annotations)}\n`;
  }

  /** A field with its requiredness and its default. */
  field(field: FieldSchema): string {
    const { id, name, type, requiredness, defaultValue } = field;
    const word = requiredness === 'default' ? '' : `${requiredness} `;
    const value =
      defaultValue === undefined ? '' : ` = ${constantText(defaultValue, type, this.#schema)}`;
    return `${id}: ${word}${typeText(type, this.#file, this.#schema)} ${name}${value}`;
  }

  /** A definition with parts: on one line where that fits behind two columns, else a line for each part. */
  block(head: string, parts: readonly string[]): string {
    const line = `${head} { ${parts.join(', ')} }`;
    if (parts.length === 0) {
      return `${head} {}`;
    }
    if (textWidth(line) + 2 <= this.#columns) {
      return line;
    }
    return `${head} {\n${parts.map((part) => `  ${part}\n`).join('')}}`;
  }

  #bareField({ id, name, type }: FieldSchema): string {
    return `${id}: ${typeText(type, this.#file, this.#schema)} ${name}`;
  }
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

/** Two blanks before each line that has text. */
export function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
