import { HeaderInfo } from '../ttheader/header-info.js';

/** Headers of messages are short: frame type and method. */
const MAX_BYTES = 160;
/** For a few methods: Kitex writes the two keys in either order. */
const MAX_KNOWN = 8;

interface KnownHeader {
  readonly bytes: Buffer;
  readonly info: HeaderInfo;
}

/**
 * The last headers of messages on a connection. Those of one method are the same bytes again and again: comparing them is cheaper than
 * reading them.
 */
export class DataHeaders {
  #known: readonly KnownHeader[] = [];

  /** What a header says that is known to be that of a message. */
  find(bytes: Buffer, start: number, end: number): HeaderInfo | undefined {
    for (const known of this.#known) {
      if (isSame(known.bytes, bytes, start, end)) {
        return known.info;
      }
    }
    return undefined;
  }

  /** Remembers the header of a message. */
  remember(bytes: Buffer, start: number, end: number): void {
    if (end - start <= MAX_BYTES) {
      const copy = Buffer.from(bytes.subarray(start, end));
      const known = { bytes: copy, info: HeaderInfo.ofTTHeader(copy, 0, copy.length) };
      this.#known = [known, ...this.#known.slice(0, MAX_KNOWN - 1)];
    }
  }
}

function isSame(known: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) {
    return false;
  }
  for (let index = 0; index < known.length; index++) {
    if (known[index] !== bytes[start + index]) {
      return false;
    }
  }
  return true;
}
