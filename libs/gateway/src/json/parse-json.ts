/** A number of JSON as it was written: which number it is depends on the type of the field. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

/** A value of JSON; objects are Maps, so that no key is special. */
export type Json = null | boolean | string | JsonNumber | Json[] | JsonObject;

/** An object of JSON; of equal keys the last one counts. */
export type JsonObject = Map<string, Json>;

/** A text that is not JSON. */
export class JsonSyntaxError extends Error {}

/** How many arrays and objects may stand in each other. */
const MAX_DEPTH = 64;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const BLANKS = /[ \t\n\r]*/y;
// oxlint-disable-next-line no-control-regex
const PLAIN_STRING = /"[^"\\\u0000-\u001f]*"/y;

/**
 * Parses one value of JSON (RFC 8259) with its numbers as text. `JSON.parse` rounds integers beyond 2^53 before anything could ask
 * for their text.
 *
 * @throws JsonSyntaxError whose message says what is wrong and at which character, counted from 0.
 */
export function parseJson(text: string): Json {
  return new JsonParser(text).parse();
}

class JsonParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Json {
    const value = this.#value(0);
    if (this.#at < this.#text.length) {
      throw new JsonSyntaxError(`more than one value at ${this.#at}`);
    }
    return value;
  }

  /** A value with the blanks around it. */
  #value(depth: number): Json {
    this.#skipBlanks();
    if (depth > MAX_DEPTH) {
      throw new JsonSyntaxError(`nested too deeply at ${this.#at}`);
    }
    const value = this.#bareValue(depth);
    this.#skipBlanks();
    return value;
  }

  #bareValue(depth: number): Json {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(depth: number): JsonObject {
    const object: JsonObject = new Map();
    this.#at += 1;
    this.#skipBlanks();
    if (this.#takes('}')) {
      return object;
    }
    do {
      this.#skipBlanks();
      const key = this.#string();
      this.#skipBlanks();
      this.#expect(':');
      object.set(key, this.#value(depth + 1));
    } while (this.#takes(','));
    this.#expect('}');
    return object;
  }

  #array(depth: number): Json[] {
    const array: Json[] = [];
    this.#at += 1;
    this.#skipBlanks();
    if (this.#takes(']')) {
      return array;
    }
    do {
      array.push(this.#value(depth + 1));
    } while (this.#takes(','));
    this.#expect(']');
    return array;
  }

  #string(): string {
    const plain = this.#match(PLAIN_STRING);
    return plain === undefined ? this.#escapedString() : plain.slice(1, -1);
  }

  /** Finds the end of the string and leaves its escapes, and the complaints about them, to Node. */
  #escapedString(): string {
    const start = this.#at;
    let end = this.#text[start] === '"' ? start + 1 : this.#text.length;
    while (end < this.#text.length && this.#text[end] !== '"') {
      end += this.#text[end] === '\\' ? 2 : 1;
    }
    if (end >= this.#text.length) {
      throw this.#noJson();
    }
    this.#at = end + 1;
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as string;
    } catch {
      this.#at = start;
      throw this.#noJson();
    }
  }

  #number(): JsonNumber {
    const text = this.#match(NUMBER);
    if (text === undefined) {
      throw this.#noJson();
    }
    return new JsonNumber(text);
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) {
      throw this.#noJson();
    }
    this.#at += word.length;
    return value;
  }

  #skipBlanks(): void {
    this.#match(BLANKS);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#text)?.[0];
    this.#at += text?.length ?? 0;
    return text;
  }

  #takes(character: string): boolean {
    if (this.#text[this.#at] !== character) {
      return false;
    }
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#takes(character)) {
      throw this.#noJson();
    }
  }

  #noJson(): JsonSyntaxError {
    return new JsonSyntaxError(`no JSON at ${this.#at}`);
  }
}
