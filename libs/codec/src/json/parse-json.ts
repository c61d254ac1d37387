import { JsonObject } from './json-object.js';
import { JsonSyntaxError } from './json-syntax.error.js';
import {
  SPACE,
  RELAXED_SPACE,
  NUMBER,
  RELAXED_NUMBER,
  NAME,
  PLAIN,
  PLAIN_SINGLE,
  ESCAPES,
  RELAXED_ESCAPES,
  LITERALS,
} from './json-tokens.js';

/** A number of JSON as it was written, so that no digit is lost before its type is known. */
export class JsonNumber {
  /** Digits, perhaps with sign, fraction and exponent. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  valueOf(): number {
    return Number(this.text);
  }
}

/** What {@link parseJson} makes of a text. Objects have no prototype: `__proto__` is a name like any other. */
export type JsonValue =
  null | boolean | string | JsonNumber | JsonValue[] | { [name: string]: JsonValue };

/** The same with objects that keep the order of their names, whatever these are. */
export type OrderedJson =
  null | boolean | string | JsonNumber | OrderedJson[] | JsonObject<OrderedJson>;

/** How {@link parseJson} reads. */
export interface ParseJsonOptions {
  /** Most arrays and objects within each other. @defaultValue 64 */
  readonly maxDepth?: number;
  /**
   * Also takes JSON5: comments, names without quotes, single quotes, trailing commas, signs, `.5`, hexadecimal integers,
   * `Infinity` and `NaN`. @defaultValue false
   */
  readonly relaxed?: boolean;
  /**
   * What an object becomes: `plain` an object without prototype, whose names that are numbers come first; `ordered` a
   * {@link JsonObject}. @defaultValue `plain`
   */
  readonly objects?: 'plain' | 'ordered';
}

const DEFAULT_MAX_DEPTH = 64;
const SPACE_CODE = 0x20;
const SLASH_CODE = 0x2f;
const DELETE_CODE = 0x7f;

/**
 * Reads JSON without losing digits: numbers stay text. Of names that occur twice in an object the last one counts.
 *
 * @throws JsonSyntaxError with line and column; for text that is nested too deep, too
 */
export function parseJson(
  text: string,
  options: ParseJsonOptions & { readonly objects: 'ordered' },
): OrderedJson;
export function parseJson(text: string, options?: ParseJsonOptions): JsonValue;
export function parseJson(text: string, options: ParseJsonOptions = {}): JsonValue | OrderedJson {
  return new Parser(text, options).document();
}

class Parser {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #relaxed: boolean;
  readonly #isOrdered: boolean;
  #at = 0;

  constructor(
    text: string,
    { maxDepth = DEFAULT_MAX_DEPTH, relaxed = false, objects = 'plain' }: ParseJsonOptions,
  ) {
    this.#text = text;
    this.#maxDepth = maxDepth;
    this.#relaxed = relaxed;
    this.#isOrdered = objects === 'ordered';
  }

  document(): JsonValue | OrderedJson {
    this.#skipSpace();
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) {
      throw this.#unexpected('the end', 'trailing');
    }
    return value;
  }

  #value(depth: number): JsonValue | OrderedJson {
    const next = this.#text[this.#at];
    if (next === '{' || next === '[') {
      if (depth >= this.#maxDepth) {
        throw this.#error(
          `more than ${this.#maxDepth} arrays and objects within each other`,
          'too-deep',
        );
      }
      this.#at += 1;
      return next === '{' ? this.#object(depth + 1) : this.#array(depth + 1);
    }
    if (next === '"' || (this.#relaxed && next === "'")) {
      return this.#string();
    }
    const literal = LITERALS.get(next);
    if (literal !== undefined && this.#text.startsWith(literal[0], this.#at)) {
      this.#at += literal[0].length;
      return literal[1];
    }
    return this.#number();
  }

  #object(depth: number): JsonValue | OrderedJson {
    if (this.#isOrdered) {
      const object = new JsonObject<OrderedJson>();
      for (let more = this.#hasFirst('}'); more; more = this.#hasNext('}')) {
        object.set(this.#key(), this.#value(depth) as OrderedJson);
      }
      return object;
    }
    const object = Object.create(null) as { [name: string]: JsonValue };
    for (let more = this.#hasFirst('}'); more; more = this.#hasNext('}')) {
      object[this.#key()] = this.#value(depth) as JsonValue;
    }
    return object;
  }

  #array(depth: number): JsonValue[] | OrderedJson[] {
    const array: unknown[] = [];
    for (let more = this.#hasFirst(']'); more; more = this.#hasNext(']')) {
      array.push(this.#value(depth));
    }
    return array as JsonValue[] | OrderedJson[];
  }

  /** Whether an element comes after the opening bracket. */
  #hasFirst(end: '}' | ']'): boolean {
    this.#skipSpace();
    return !this.#take(end);
  }

  /** Whether a comma and another element come. */
  #hasNext(end: '}' | ']'): boolean {
    this.#skipSpace();
    if (this.#take(end)) {
      return false;
    }
    if (!this.#take(',')) {
      throw this.#unexpected(`"," or "${end}"`);
    }
    this.#skipSpace();
    return !(this.#relaxed && this.#take(end));
  }

  /** A name and its colon. */
  #key(): string {
    const name = this.#name();
    this.#skipSpace();
    this.#expect(':');
    this.#skipSpace();
    return name;
  }

  #name(): string {
    const next = this.#text[this.#at];
    if (next === '"' || (this.#relaxed && next === "'")) {
      return this.#string();
    }
    const name = this.#relaxed ? this.#match(NAME) : '';
    if (name === '') {
      throw this.#unexpected(this.#relaxed ? 'a name' : 'a name in double quotes');
    }
    return name;
  }

  #string(): string {
    const quote = this.#text[this.#at]!;
    const plain = quote === '"' ? PLAIN : PLAIN_SINGLE;
    this.#at += 1;
    let value = this.#match(plain);
    while (this.#text[this.#at] === '\\') {
      value += this.#escape() + this.#match(plain);
    }
    if (this.#text[this.#at] !== quote) {
      const reason =
        this.#at < this.#text.length ? 'control character in a string' : 'unclosed string';
      throw this.#error(reason);
    }
    this.#at += 1;
    return value;
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? '';
    const escapes = this.#relaxed ? RELAXED_ESCAPES : ESCAPES;
    const digits = letter === 'u' ? 4 : letter === 'x' && this.#relaxed ? 2 : 0;
    if (digits > 0) {
      const code = this.#text.slice(this.#at + 2, this.#at + 2 + digits);
      if (code.length < digits || !/^[\da-fA-F]+$/.test(code)) {
        throw this.#error(`\\${letter} without ${digits} hexadecimal digits`);
      }
      this.#at += 2 + digits;
      return String.fromCharCode(Number.parseInt(code, 16));
    }
    if (!Object.hasOwn(escapes, letter)) {
      throw this.#error(`unknown escape \\${letter}`);
    }
    this.#at += 2;
    return escapes[letter]!;
  }

  #number(): JsonNumber {
    const text = this.#match(this.#relaxed ? RELAXED_NUMBER : NUMBER);
    if (text === '') {
      throw this.#unexpected('a value');
    }
    return new JsonNumber(this.#relaxed ? plainNumber(text) : text);
  }

  #skipSpace(): void {
    // Most texts have no space in most places.
    const next = this.#text.charCodeAt(this.#at);
    if (next > SPACE_CODE && next < DELETE_CODE && next !== SLASH_CODE) {
      return;
    }
    this.#match(this.#relaxed ? RELAXED_SPACE : SPACE);
  }

  #match(pattern: RegExp): string {
    const start = this.#at;
    pattern.lastIndex = start;
    // Unlike exec, test makes no array.
    if (!pattern.test(this.#text)) {
      return '';
    }
    this.#at = pattern.lastIndex;
    return this.#text.slice(start, this.#at);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) {
      return false;
    }
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#take(character)) {
      throw this.#unexpected(`"${character}"`);
    }
  }

  #unexpected(expected: string, problem?: JsonSyntaxError['problem']): JsonSyntaxError {
    const point = this.#text.codePointAt(this.#at);
    const found = point === undefined ? 'end of text' : shown(String.fromCodePoint(point));
    return this.#error(`unexpected ${found}, expected ${expected}`, problem);
  }

  #error(reason: string, problem?: JsonSyntaxError['problem']): JsonSyntaxError {
    return new JsonSyntaxError(reason, this.#text, this.#at, problem);
  }
}

function shown(character: string): string {
  return /[\p{C}\p{Z}]/u.test(character)
    ? `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
    : `"${character}"`;
}

/** A number of JSON5 as JSON writes it; `Infinity` and `NaN` stay words. */
function plainNumber(text: string): string {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/.exec(text) ?? [];
  const minus = sign === '-' ? '-' : '';
  if (/^0x/i.test(digits)) {
    return `${minus}${BigInt(digits)}`;
  }
  return minus + digits.replace(/^\./, '0.').replace(/\.(?=$|[eE])/, '');
}
