import { type Json, JsonNumber } from '../json/parse-json.js';
import type { BindingRun } from './binding-run.js';

/** How the value of a type is read; `undefined` stands for a value that is none, of which the run knows. */
export interface ScalarReader {
  /** From a text: of the query, a header, a key of JSON. */
  fromText(text: string, run: BindingRun): unknown;
  /** From a value of JSON; null never gets here. */
  fromJson(json: Json, run: BindingRun): unknown;
}

const TRUE: readonly string[] = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE: readonly string[] = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** A bool; as text what Go's ParseBool takes. */
export const BOOL: ScalarReader = {
  fromText: (text, run) =>
    TRUE.includes(text) || (FALSE.includes(text) ? false : run.fail('bool expected')),
  fromJson: (json, run) => (typeof json === 'boolean' ? json : run.fail('bool expected')),
};

const INTEGER = /^[+-]?[0-9]+$/;
/** More characters than any i64 has, zeros in front aside: such texts are not worth a conversion. */
const MAX_INTEGER_LENGTH = 64;
/** Every integer of so many characters is an i64. */
const CERTAIN_I64_LENGTH = 18;

/** An integer of up to 32 bits. */
export function integerReader(kind: string, bits: 8 | 16 | 32): ScalarReader {
  const limit = 2 ** (bits - 1);
  const fromText = (text: string, run: BindingRun) => {
    if (!INTEGER.test(text)) {
      return run.fail(`${kind} expected`);
    }
    const value = Number(text);
    return value >= -limit && value < limit ? value + 0 : run.fail(`beyond ${kind}`);
  };
  return { fromText, fromJson: (json, run) => fromDigits(json, kind, run, fromText) };
}

/** An i64 in the representation that the codec of the service uses; numbers only as far as they are exact. */
export function i64Reader(as: I64Representation): ScalarReader {
  const represent = I64_AS[as];
  const fromText = (text: string, run: BindingRun) => {
    const value = i64FromText(text, run);
    return value === undefined ? undefined : represent(value);
  };
  return { fromText, fromJson: (json, run) => fromDigits(json, 'i64', run, fromText) };
}

/** What an i64 is in JavaScript. */
export type I64Representation = 'bigint' | 'number' | 'string';

const I64_AS: Readonly<Record<I64Representation, (value: bigint) => unknown>> = {
  bigint: (value) => value,
  string: String,
  number: (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value),
};

const DOUBLE = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const NOT_FINITE = /^(?:nan|([+-]?)inf(?:inity)?)$/i;

/** A double; `NaN` and `Infinity` as text, for JSON has no numbers for them. */
export const DOUBLE_READER: ScalarReader = {
  fromText: doubleFromText,
  fromJson: (json, run) => fromDigits(json, 'double', run, doubleFromText),
};

/** A string. */
export const STRING: ScalarReader = {
  fromText: (text) => text,
  fromJson: (json, run) => (typeof json === 'string' ? json : run.fail('string expected')),
};

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** Bytes as base64, with the alphabet of either kind, padded or not. */
export const BASE64_READER: ScalarReader = textual((text, run) => {
  const digits = text.replace(/=+$/, '').length;
  const isWhole = digits % 4 !== 1 && (digits === text.length || text.length % 4 === 0);
  return isWhole && BASE64.test(text) ? Buffer.from(text, 'base64') : run.fail('base64 expected');
}, 'base64');

/** Bytes as text. */
export const BYTES_OF_TEXT: ScalarReader = textual((text) => Buffer.from(text), 'string');

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A UUID. */
export const UUID_READER: ScalarReader = textual((text, run) => {
  const lower = text.length === 36 ? text.toLowerCase() : '';
  return UUID.test(lower) ? lower : run.fail('uuid expected');
}, 'uuid');

const I32 = integerReader('i32', 32);

/** An enum: the name of a member, or any number of 32 bits, for members may be newer than the gateway. */
export function enumReader(name: string, members: ReadonlyMap<string, number>): ScalarReader {
  const fromText = (text: string, run: BindingRun) =>
    members.get(text) ??
    (INTEGER.test(text) ? I32.fromText(text, run) : run.fail(`${name} expected`));
  return { fromText, fromJson: (json, run) => fromDigits(json, name, run, fromText) };
}

function i64FromText(text: string, run: BindingRun): bigint | undefined {
  if (!INTEGER.test(text)) {
    return run.fail('i64 expected');
  }
  if (text.length > MAX_INTEGER_LENGTH) {
    return run.fail('beyond i64');
  }
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  const isI64 = text.length <= CERTAIN_I64_LENGTH || BigInt.asIntN(64, value) === value;
  return isI64 ? value : run.fail('beyond i64');
}

function doubleFromText(text: string, run: BindingRun): unknown {
  if (!DOUBLE.test(text)) {
    return notFinite(text) ?? run.fail('double expected');
  }
  const value = Number(text);
  return Number.isFinite(value) ? value : run.fail('beyond double');
}

function notFinite(text: string): number | undefined {
  const special = NOT_FINITE.exec(text);
  if (special === null) {
    return undefined;
  }
  const [, sign] = special;
  return sign === undefined ? Number.NaN : sign === '-' ? -Infinity : Infinity;
}

/** A number of JSON, or its text: what JavaScript would round is sent as text. */
function fromDigits(
  json: Json,
  expected: string,
  run: BindingRun,
  fromText: ScalarReader['fromText'],
): unknown {
  if (json instanceof JsonNumber) {
    return fromText(json.text, run);
  }
  return typeof json === 'string' ? fromText(json, run) : run.fail(`${expected} expected`);
}

function textual(fromText: ScalarReader['fromText'], expected: string): ScalarReader {
  return {
    fromText,
    fromJson: (json, run) =>
      typeof json === 'string' ? fromText(json, run) : run.fail(`${expected} expected`),
  };
}
