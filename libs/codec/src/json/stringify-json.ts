import { JsonNumber } from './parse-json.js';

/** What a part of JSON is, for those who colour it. */
export type JsonPart = 'name' | 'string' | 'number' | 'literal';

/** How {@link stringifyJson} writes. */
export interface StringifyJsonOptions {
  /** Blanks per level; 0 writes one line. @defaultValue 0 */
  readonly indent?: number;
  /** Decorates a part, such as with a colour. */
  readonly paint?: (part: JsonPart, text: string) => string;
}

/** Control characters beyond those of JSON, marks that turn the direction of text, and separators of lines. */
const UNSAFE =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Writes JSON. A `bigint` and a {@link JsonNumber} become a number with all their digits. Characters that could steer a terminal or
 * reorder text are escaped, so the text is safe to show.
 *
 * @throws TypeError for what JSON has no form of, such as a function
 */
export function stringifyJson(value: unknown, options: StringifyJsonOptions = {}): string {
  const { indent = 0, paint = (_part, text) => text } = options;
  const write = (part: unknown, margin: string): string => {
    if (part === null || typeof part === 'boolean') {
      return paint('literal', String(part));
    }
    if (typeof part === 'string') {
      return paint('string', quoted(part));
    }
    if (typeof part === 'number') {
      // NaN and the infinities have no number in JSON.
      return paint('number', Number.isFinite(part) ? JSON.stringify(part) : quoted(String(part)));
    }
    if (typeof part === 'bigint') {
      return paint('number', part.toString());
    }
    if (part instanceof JsonNumber) {
      return paint('number', part.text);
    }
    if (typeof part !== 'object') {
      throw new TypeError(`JSON has no form of a ${typeof part}`);
    }
    const inner = margin + ' '.repeat(indent);
    if (Array.isArray(part)) {
      const elements = part.map((each) => write(each ?? null, inner));
      return enclosed('[', elements, ']', margin, inner);
    }
    const members = Object.entries(part)
      .filter(([, each]) => each !== undefined)
      .map(([name, each]) => {
        const colon = indent > 0 ? ': ' : ':';
        return `${paint('name', quoted(name))}${colon}${write(each, inner)}`;
      });
    return enclosed('{', members, '}', margin, inner);
  };
  const enclosed = (
    open: string,
    parts: readonly string[],
    close: string,
    margin: string,
    inner: string,
  ): string => {
    if (parts.length === 0 || indent === 0) {
      return `${open}${parts.join(',')}${close}`;
    }
    return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${margin}${close}`;
  };
  return write(value, '');
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
