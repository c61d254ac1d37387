import { JsonNumber } from './parse-json.js';
import { stringifyJson } from './stringify-json.js';

const MAX_SHOWN = 60;

/** JSON that does not fit a type of the IDL. */
export class JsonValueError extends Error {
  /** Place in the JSON, such as `user.tags[2]`; empty for the whole. */
  readonly path: string;
  /** What belongs there. */
  readonly expected: string;

  /** @param got the JSON that is there; `undefined` if there is none */
  constructor(path: string, expected: string, got: unknown) {
    super(`${path === '' ? 'the JSON' : path} must be ${expected}, got ${shown(got)}`);
    this.name = 'JsonValueError';
    this.path = path;
    this.expected = expected;
  }
}

/** The path of a field, an element or an entry. */
export function below(path: string, key: string | number): string {
  if (typeof key === 'number') {
    return `${path}[${key}]`;
  }
  if (!/^\w+$/.test(key)) {
    return `${path}[${stringifyJson(key)}]`;
  }
  return path === '' ? key : `${path}.${key}`;
}

function shown(value: unknown): string {
  if (value === undefined) {
    return 'nothing';
  }
  const text = value instanceof JsonNumber ? value.text : stringifyJson(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
