import {
  JsonSyntaxError as MalformedJsonError,
  type OrderedJson,
  parseJson as parse,
} from '@nestjs-thrift/codec/json';

export { JsonNumber, JsonObject } from '@nestjs-thrift/codec/json';

/** A value of JSON: numbers as they were written, for which number it is depends on the type of the field; objects in their order. */
export type Json = OrderedJson;

/** A text that is not JSON; the message never repeats it. */
export class JsonSyntaxError extends Error {}

/** How many arrays and objects may stand in each other: 64 in a field of the request. */
const MAX_DEPTH = 65;

const TEXTS: Readonly<Record<MalformedJsonError['problem'], string>> = {
  malformed: 'no JSON',
  trailing: 'more than one value',
  'too-deep': 'nested too deeply',
};

/**
 * Parses one value of JSON (RFC 8259).
 *
 * @throws JsonSyntaxError whose message says what is wrong and at which character, counted from 0.
 */
export function parseJson(text: string): Json {
  try {
    return parse(text, { maxDepth: MAX_DEPTH, objects: 'ordered' });
  } catch (error) {
    throw error instanceof MalformedJsonError
      ? new JsonSyntaxError(`${TEXTS[error.problem]} at ${error.offset}`)
      : error;
  }
}
