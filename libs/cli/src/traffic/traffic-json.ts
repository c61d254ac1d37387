import { parseJson, type JsonValue } from '@nestjs-thrift/codec/json';

/** As deep as values of messages can be, and their places in a line. */
const MAX_DEPTH = 512;

/**
 * JSON of a recording, or of an outcome that is compared with one: both have to be read in the same way.
 *
 * @throws JsonSyntaxError for other text
 */
export function parseTraffic(text: string): JsonValue {
  return parseJson(text, { maxDepth: MAX_DEPTH });
}

/** Whether JSON of {@link parseTraffic} is an object. Those have no prototype; numbers have one. */
export function isJsonObject(json: JsonValue | undefined): json is { [name: string]: JsonValue } {
  return typeof json === 'object' && json !== null && Object.getPrototypeOf(json) === null;
}
