/** Memory of an object, a container or a number that is not small, by an estimate. */
const OBJECT_BYTES = 16;
/** Deeper than any message may be nested. */
const MAX_DEPTH = 64;

/**
 * Memory that a message takes, by an estimate that is cheap: the text of its strings, its bytes, and some for each value.
 *
 * @param enough from which number on the rest does not matter.
 */
export function roughBytes(value: unknown, enough: number, depth = MAX_DEPTH): number {
  if (typeof value === 'string') {
    return OBJECT_BYTES + value.length;
  }
  if (typeof value !== 'object' || value === null || depth === 0) {
    return OBJECT_BYTES;
  }
  if (value instanceof Uint8Array) {
    return OBJECT_BYTES + value.byteLength;
  }
  let bytes = OBJECT_BYTES;
  for (const part of partsOf(value)) {
    bytes += roughBytes(part, enough - bytes, depth - 1);
    if (bytes >= enough) {
      break;
    }
  }
  return bytes;
}

function partsOf(value: object): Iterable<unknown> {
  if (value instanceof Map) {
    return entriesOf(value);
  }
  // Nothing else that can be iterated: an iterator gives its values once.
  return Array.isArray(value) || value instanceof Set ? value : Object.values(value);
}

function* entriesOf(map: ReadonlyMap<unknown, unknown>): Iterable<unknown> {
  for (const [key, value] of map) {
    yield key;
    yield value;
  }
}
