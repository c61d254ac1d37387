import {
  allMethods,
  type Annotations,
  type ConstantSchema,
  type EnumSchema,
  type FieldSchema,
  type MethodSchema,
  type Schema,
  type ServiceSchema,
  type StructSchema,
  type TypeSchema,
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
  readonly #annotations: (annotations: Annotations) => string;

  /** @param annotations writes those of any part; an overview leaves them out */
  constructor(schema: Schema, file: string, columns: number, annotations = annotationsText) {
    this.#schema = schema;
    this.#file = file;
    this.#columns = columns;
    this.#annotations = annotations;
  }

  /** A service with the methods it inherits. */
  service(service: ServiceSchema): string {
    const { doc, name, annotations } = service;
    const base = service.extends && referenceText(service.extends, this.#file, this.#schema);
    const methods = allMethods(this.#schema, service).map((method) => indent(this.method(method)));
    return `${comment(doc)}service ${name}${base === undefined ? '' : ` extends ${base}`} {\n${methods.join('\n')}}${this.#annotations(annotations)}\n`;
  }

  /** A method with its docs and annotations. */
  method(method: MethodSchema): string {
    const { doc, annotations } = method;
    return `${comment(doc)}${this.signature(method, 2)}${this.#annotations(annotations)}\n`;
  }

  /** A method, on one line where it fits behind `margin` columns. */
  signature(
    { name, oneway, returns, parameters, exceptions }: MethodSchema,
    margin: number,
  ): string {
    const result = returns === undefined ? 'void' : this.type(returns);
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
      const text = kind === 'union' ? this.#bareField(field) : this.field(field);
      return indent(`${comment(field.doc)}${text}\n`);
    });
    return `${comment(doc)}${kind} ${name} {\n${lines.join('')}}${this.#annotations(annotations)}\n`;
  }

  /** An enum with its numbers, docs and annotations. */
  enum({ name, doc, annotations, members }: EnumSchema): string {
    const lines = members.map((member) =>
      indent(
        `${comment(member.doc)}${member.name} = ${member.value}${this.#annotations(member.annotations)}\n`,
      ),
    );
    return `${comment(doc)}enum ${name} {\n${lines.join('')}}${this.#annotations(annotations)}\n`;
  }

  /** A typedef with its docs and annotations. */
  typedef({ name, doc, annotations, type }: TypedefSchema): string {
    const shown = this.type(type);
    return `${comment(doc)}typedef ${shown} ${name}${this.#annotations(annotations)}\n`;
  }

  /** A constant with its docs and value. */
  constant({ name, doc, annotations, type, value }: ConstantSchema): string {
    const shown = this.type(type);
    return `${comment(doc)}const ${shown} ${name} = ${constantText(value, type, this.#schema)}${this.#annotations(annotations)}\n`;
  }

  /** A type with the annotations that are written on it. */
  type(type: TypeSchema): string {
    return typeText(type, this.#file, this.#schema, this.#annotations);
  }

  /** A field with its requiredness, its default and its annotations. */
  field(field: FieldSchema): string {
    const { id, name, type, requiredness, defaultValue, annotations } = field;
    const word = requiredness === 'default' ? '' : `${requiredness} `;
    const value =
      defaultValue === undefined ? '' : ` = ${constantText(defaultValue, type, this.#schema)}`;
    return `${id}: ${word}${this.type(type)} ${name}${value}${this.#annotations(annotations)}`;
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

  /** A field that has no requiredness and no default: those of unions are optional, as are declared exceptions. */
  #bareField({ id, name, type, annotations }: FieldSchema): string {
    return `${id}: ${this.type(type)} ${name}${this.#annotations(annotations)}`;
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
