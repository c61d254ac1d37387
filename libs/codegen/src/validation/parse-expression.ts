import type { FieldSchema, StructSchema } from '@nestjs-thrift/idl';
import {
  AnnotationError,
  UnknownFormError,
  type Expression,
  type FunctionName,
} from './constraints.js';
import { parseInteger } from './parse-constant.js';

const MAX_DEPTH = 16;

/** How many arguments each function takes. */
const FUNCTIONS: Readonly<Record<FunctionName, readonly [least: number, most: number]>> = {
  len: [1, 1],
  sprintf: [1, 16],
  now_unix_nano: [0, 0],
  equal: [2, 2],
  mod: [2, 2],
  add: [2, 2],
};

/** Whether the value of an annotation is not a constant. */
export function isExpression(text: string): boolean {
  return text.startsWith('$') || text.startsWith('@');
}

/**
 * Reads `$field` or `@function(argument, …)`. Arguments are fields, functions, numbers and quoted texts.
 *
 * @throws {AnnotationError}
 */
export function parseExpression(text: string, struct: StructSchema): Expression {
  const parser = new ExpressionParser(text, struct);
  const expression = parser.expression(0);
  parser.expectEnd();
  return expression;
}

class ExpressionParser {
  readonly #text: string;
  readonly #struct: StructSchema;

  #position = 0;

  constructor(text: string, struct: StructSchema) {
    this.#text = text;
    this.#struct = struct;
  }

  expression(depth: number): Expression {
    if (depth > MAX_DEPTH) {
      throw new AnnotationError(`calls nested more than ${MAX_DEPTH} deep`);
    }
    const reference = this.#accept(/\$([A-Za-z_][\w.]*)/y);
    if (reference !== undefined) {
      return { kind: 'field', field: this.#field(reference) };
    }
    const name = this.#accept(/@([A-Za-z_][\w.]*)\s*\(/y);
    if (name !== undefined) {
      return this.#call(name, depth);
    }
    const number = this.#accept(/([+-]?(?:0x[\da-f]+|[\d.]+(?:e[+-]?\d+)?))/iy);
    if (number !== undefined) {
      return constantNumber(number);
    }
    const quoted = this.#accept(/"((?:\\.|[^"\\])*)"/y) ?? this.#accept(/'((?:\\.|[^'\\])*)'/y);
    if (quoted !== undefined) {
      return { kind: 'text', value: quoted.replace(/\\(["'])/g, '$1') };
    }
    throw this.#unexpected('$field, @function(…), a number or a quoted text');
  }

  expectEnd(): void {
    if (this.#position < this.#text.length) {
      throw this.#unexpected('nothing more');
    }
  }

  #call(written: string, depth: number): Expression {
    if (!Object.hasOwn(FUNCTIONS, written)) {
      const known = Object.keys(FUNCTIONS).join(', ');
      throw new UnknownFormError(`there is no function @${written}; there are ${known}`);
    }
    const name = written as FunctionName;
    const values: Expression[] = [];
    while (this.#accept(/(\))/y) === undefined) {
      values.push(this.expression(depth + 1));
      this.#accept(/([,;])/y);
    }
    const [least, most] = FUNCTIONS[name];
    if (values.length < least || values.length > most) {
      const wanted = least === most ? `${least}` : `${least} to ${most}`;
      throw new AnnotationError(`@${name} takes ${wanted} arguments, not ${values.length}`);
    }
    return { kind: 'call', name, arguments: values };
  }

  #field(name: string): FieldSchema {
    const field = this.#struct.fields.find((candidate) => candidate.name === name);
    if (field !== undefined) {
      return field;
    }
    throw new AnnotationError(`${this.#struct.kind} "${this.#struct.name}" has no field "${name}"`);
  }

  #accept(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match === null) {
      return undefined;
    }
    const behind = /\s*/y;
    behind.lastIndex = pattern.lastIndex;
    behind.exec(this.#text);
    this.#position = behind.lastIndex;
    return match[1];
  }

  #unexpected(expected: string): AnnotationError {
    const rest = this.#text.slice(this.#position, this.#position + 20);
    const found = rest === '' ? 'the end' : JSON.stringify(rest);
    return new AnnotationError(`expected ${expected}, found ${found}`);
  }
}

function constantNumber(text: string): Expression {
  const integer = parseInteger(text);
  if (integer !== undefined) {
    return { kind: 'integer', value: integer };
  }
  const value = Number(text);
  if (!Number.isFinite(value)) {
    throw new AnnotationError(`"${text}" is not a number`);
  }
  return { kind: 'double', value };
}
