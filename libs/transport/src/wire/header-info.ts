import { ProtocolError } from '@nestjs-thrift/codec';
import { ACL_TOKEN_KEY } from './header-keys.js';
import { InfoCursor, type InfoLayout } from './info-cursor.js';
import { InfoId } from './tt-header.js';

/** Protocol ids that may stand in a TTHeader. They do not choose the codec of the payload; the payload itself does. */
const PROTOCOL_IDS: ReadonlySet<number> = new Set([0x00, 0x03, 0x04, 0x10, 0x11]);

/**
 * What a message header carries beside lengths and numbers: strings by integer and by string keys. It has been checked
 * as a whole when it is made and is decoded when asked for; a key that came twice has its last value.
 */
export class HeaderInfo {
  private allStrings: ReadonlyMap<string, string> | undefined;
  private allInts: ReadonlyMap<number, string> | undefined;

  private constructor(
    private readonly bytes: Buffer,
    private readonly start: number,
    private readonly end: number,
    private readonly layout: InfoLayout,
  ) {
    const cursor = this.pairs();
    while (cursor.next());
  }

  /**
   * Reads the info of a TTHeader, which begins with the protocol id. Transforms are skipped, as Kitex does.
   *
   * @throws ProtocolError for a protocol id Kitex refuses, an unknown section, or info that is cut off.
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

  /** Value of an integer key; `undefined` when it was not sent. */
  int(key: number): string | undefined {
    if (this.allInts !== undefined) return this.allInts.get(key);
    const cursor = this.pairs();
    let found: string | undefined;
    while (cursor.next()) {
      if (cursor.section === InfoId.INTS && cursor.intKey === key) found = this.value(cursor);
    }
    return found;
  }

  /** Value of a string key of ASCII letters; `undefined` when it was not sent. */
  string(key: string): string | undefined {
    if (this.allStrings !== undefined) return this.allStrings.get(key);
    const cursor = this.pairs();
    let found: string | undefined;
    while (cursor.next()) {
      if (cursor.section === InfoId.STRINGS && this.hasKey(cursor, key)) found = this.value(cursor);
    }
    return found;
  }

  /** All string keys with their values, the access token among them. */
  strings(): ReadonlyMap<string, string> {
    if (this.allStrings === undefined) {
      const strings = new Map<string, string>();
      const cursor = this.pairs();
      while (cursor.next()) {
        if (cursor.section === InfoId.STRINGS) {
          const key = this.bytes.toString('utf8', cursor.keyStart, cursor.keyEnd);
          strings.set(key, this.value(cursor));
        } else if (cursor.section === InfoId.ACL_TOKEN) {
          strings.set(ACL_TOKEN_KEY, this.value(cursor));
        }
      }
      this.allStrings = strings;
    }
    return this.allStrings;
  }

  /** All integer keys with their values. */
  ints(): ReadonlyMap<number, string> {
    if (this.allInts === undefined) {
      const ints = new Map<number, string>();
      const cursor = this.pairs();
      while (cursor.next()) {
        if (cursor.section === InfoId.INTS) ints.set(cursor.intKey, this.value(cursor));
      }
      this.allInts = ints;
    }
    return this.allInts;
  }

  private pairs(): InfoCursor {
    return new InfoCursor(this.bytes, this.start, this.end, this.layout);
  }

  private value(cursor: InfoCursor): string {
    return this.bytes.toString('utf8', cursor.valueStart, cursor.valueEnd);
  }

  private hasKey(cursor: InfoCursor, key: string): boolean {
    if (cursor.keyEnd - cursor.keyStart !== key.length) return false;
    for (let index = 0; index < key.length; index++) {
      if (this.bytes[cursor.keyStart + index] !== key.charCodeAt(index)) return false;
    }
    return true;
  }
}
