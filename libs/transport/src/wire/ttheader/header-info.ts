import { ProtocolError } from '@nestjs-thrift/codec';
import { internedName } from '@nestjs-thrift/codec/wire';
import { ACL_TOKEN_KEY } from './header-keys.js';
import { InfoCursor, type InfoLayout } from './info-cursor.js';
import { InfoId } from './tt-header.js';

/** Protocol ids that may stand in a TTHeader. They do not choose the codec of the payload; the payload itself does. */
const PROTOCOL_IDS: ReadonlySet<number> = new Set([0x00, 0x03, 0x04, 0x10, 0x11]);

/**
 * Keys that begin with a digit, of which metadata has hardly any. V8 hashes the text of an integer without a seed before
 * Node 20.20.2, 22.22.2 and 24.14.1: a peer could choose so many that collide that a header took seconds.
 */
const MAX_DIGIT_KEYS = 1024;
/** Bytes around a header from which on it is worth a copy. */
const LARGE_FRAME_BYTES = 64 * 1024;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

/** One for all walks, each of which ends before the next begins: a walk per look-up would cost more in objects. */
const cursor = new InfoCursor();

/** The native method behind `toString`, without its checks; ranges have been checked with the info. */
interface NativeBuffer extends Buffer {
  utf8Slice(start: number, end: number): string;
}

/**
 * What a message header carries in addition to lengths and numbers: strings by integer and by string keys. It has been checked
 * as a whole when it is made and is decoded when asked for; a key that came twice has its last value.
 */
export class HeaderInfo {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly #layout: InfoLayout;

  #allStrings: ReadonlyMap<string, string> | undefined;
  #allInts: ReadonlyMap<number, string> | undefined;
  /** Pairs with string keys. Replies seldom have any, and are asked for some. */
  #stringPairs = 0;

  private constructor(bytes: Buffer, start: number, end: number, layout: InfoLayout) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#layout = layout;

    let digitKeys = 0;
    this.#walk();
    while (cursor.next()) {
      if (cursor.section === InfoId.STRINGS) {
        this.#stringPairs++;
        const first = bytes[cursor.keyStart]!;
        digitKeys +=
          cursor.keyEnd > cursor.keyStart && first >= DIGIT_0 && first <= DIGIT_9 ? 1 : 0;
      }
    }
    if (digitKeys > MAX_DIGIT_KEYS) {
      throw new ProtocolError(
        'INVALID_DATA',
        `the header has ${digitKeys} string keys that begin with a digit, at most ${MAX_DIGIT_KEYS} are accepted`,
      );
    }
  }

  /**
   * Reads the info of a TTHeader, which begins with the protocol id. Transforms are skipped, as Kitex does.
   *
   * @throws ProtocolError for a protocol id Kitex refuses, an unknown section, info that is cut off, or more keys that begin
   *   with a digit than metadata has.
   */
  static ofTTHeader(bytes: Buffer, start: number, end: number): HeaderInfo {
    if (end - start < 2) {
      throw new ProtocolError('INVALID_DATA', `TTHeader has ${end - start} bytes of info`);
    }
    const protocolId = bytes[start]!;
    if (!PROTOCOL_IDS.has(protocolId)) {
      throw new ProtocolError(
        'INVALID_DATA',
        `TTHeader has the unsupported protocol id ${protocolId}`,
      );
    }
    const sections = start + 2 + bytes[start + 1]!;
    if (sections > end) {
      throw new ProtocolError('TRUNCATED', 'transforms of the TTHeader are cut off');
    }
    return new HeaderInfo(bytes, sections, end, 'sections');
  }

  /** Reads the strings of a MeshHeader. */
  static ofMeshHeader(bytes: Buffer, start: number, end: number): HeaderInfo {
    return new HeaderInfo(bytes, start, end, 'string-pairs');
  }

  /** For as long as a stream lasts: a copy where this would keep the bytes of a large frame. */
  toKeep(): HeaderInfo {
    if (this.#bytes.length <= LARGE_FRAME_BYTES) {
      return this;
    }
    const own = Buffer.from(this.#bytes.subarray(this.#start, this.#end));
    return new HeaderInfo(own, 0, own.length, this.#layout);
  }

  /** Value of an integer key; `undefined` when it was not sent. */
  int(key: number): string | undefined {
    if (this.#allInts !== undefined) {
      return this.#allInts.get(key);
    }
    this.#walk();
    let found: string | undefined;
    while (cursor.next()) {
      if (cursor.section === InfoId.INTS && cursor.intKey === key) {
        found = this.#value();
      }
    }
    return found;
  }

  /** Value of a string key of ASCII letters; `undefined` when it was not sent. */
  string(key: string): string | undefined {
    if (this.#allStrings !== undefined) {
      return this.#allStrings.get(key);
    }
    return this.#find(key) ? this.#value() : undefined;
  }

  /** As {@link HeaderInfo.string}, for values of which peers send the same few over and over: these are not decoded again. */
  name(key: string): string | undefined {
    if (!this.#find(key)) {
      return undefined;
    }
    const { valueStart, valueEnd } = cursor;
    return internedName(this.#bytes, valueStart, valueEnd - valueStart);
  }

  /** All string keys with their values, the access token among them. */
  strings(): ReadonlyMap<string, string> {
    if (this.#allStrings === undefined) {
      const strings = new Map<string, string>();
      this.#walk();
      while (cursor.next()) {
        if (cursor.section === InfoId.STRINGS) {
          const key = this.#bytes.toString('utf8', cursor.keyStart, cursor.keyEnd);
          strings.set(key, this.#value());
        } else if (cursor.section === InfoId.ACL_TOKEN) {
          strings.set(ACL_TOKEN_KEY, this.#value());
        }
      }
      this.#allStrings = strings;
    }
    return this.#allStrings;
  }

  /** All integer keys with their values. */
  ints(): ReadonlyMap<number, string> {
    if (this.#allInts === undefined) {
      const ints = new Map<number, string>();
      this.#walk();
      while (cursor.next()) {
        if (cursor.section === InfoId.INTS) {
          ints.set(cursor.intKey, this.#value());
        }
      }
      this.#allInts = ints;
    }
    return this.#allInts;
  }

  /** Moves the cursor to the value of a string key. Pairs behind the last one with a string key are not looked at. */
  #find(key: string): boolean {
    if (this.#stringPairs === 0) {
      return false;
    }
    let start = -1;
    let end = -1;
    this.#walk();
    for (let left = this.#stringPairs; left > 0 && cursor.next();) {
      if (cursor.section !== InfoId.STRINGS) {
        continue;
      }
      left--;
      if (this.#hasKey(key)) {
        start = cursor.valueStart;
        end = cursor.valueEnd;
      }
    }
    cursor.close();
    cursor.valueStart = start;
    cursor.valueEnd = end;
    return start !== -1;
  }

  #walk(): void {
    cursor.open(this.#bytes, this.#start, this.#end, this.#layout);
  }

  #value(): string {
    return (this.#bytes as NativeBuffer).utf8Slice(cursor.valueStart, cursor.valueEnd);
  }

  #hasKey(key: string): boolean {
    if (cursor.keyEnd - cursor.keyStart !== key.length) {
      return false;
    }
    for (let index = 0; index < key.length; index++) {
      if (this.#bytes[cursor.keyStart + index] !== key.charCodeAt(index)) {
        return false;
      }
    }
    return true;
  }
}
