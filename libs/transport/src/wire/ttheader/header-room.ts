import { MAX_INFO_BYTES_WRITTEN, MAX_STRING_BYTES } from './tt-header.js';

/** Bytes of a header other than its strings: protocol, message type, `crrst`, counts and padding. */
const RESERVED_BYTES = 64;

/** Bytes that the strings of an answer may take in its header. */
export const STRINGS_ROOM = MAX_INFO_BYTES_WRITTEN - RESERVED_BYTES;

/** Strings of a header, by their keys. */
export type StringEntries = readonly (readonly [string, string])[];

/** Bytes of strings in a header: each key and value has its length in front. */
export function bytesOfStrings(entries: StringEntries): number {
  return entries.reduce(
    (sum, [key, value]) => sum + 4 + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
}

/** Whether strings can be sent in a header that has so many bytes left. */
export function fitsHeader(entries: StringEntries, room: number): boolean {
  return (
    bytesOfStrings(entries) <= room &&
    entries.every((pair) => pair.every((text) => Buffer.byteLength(text) <= MAX_STRING_BYTES))
  );
}
