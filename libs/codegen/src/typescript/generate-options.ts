import type { CodecProtocol, CodecOptions } from '@nestjs-thrift/codec/compiler';

const PROTOCOLS: readonly CodecProtocol[] = ['binary', 'compact'];

/**
 * The protocols that are wanted; all unless anything is said.
 *
 * @throws TypeError for none, and for one there is not: no code would come of it that anybody can use.
 */
export function readProtocols(
  wanted: readonly CodecProtocol[] = PROTOCOLS,
): readonly CodecProtocol[] {
  if (wanted.length > 0 && wanted.every((protocol) => PROTOCOLS.includes(protocol))) return wanted;
  throw new TypeError(
    `protocols must be one or more of ${PROTOCOLS.join(', ')}, got ${JSON.stringify(wanted)}`,
  );
}

/** How TypeScript is generated. */
export interface GenerateOptions {
  /** What an i64 is: exact `bigint`; `number`, which refuses unsafe values; decimal `string`. Default `bigint`. */
  readonly i64?: CodecOptions['i64'];
  /** What reading does with a string that is not UTF-8: put U+FFFD in its place, or throw. Default `replace`. */
  readonly invalidUtf8?: CodecOptions['invalidUtf8'];
  /**
   * What the codecs speak, one at least. Using them with a protocol that is left out throws a `ProtocolError`, and the
   * code starts the faster for it. Default `['binary', 'compact']`.
   */
  readonly protocols?: readonly CodecProtocol[];
  /**
   * Also writes a Standard Schema validator for each struct, union and exception, with what their `vt.*` annotations
   * demand. Default `false`.
   */
  readonly validators?: boolean;
  /** Which files to write, by their paths in the schema; others are only referred to. Default: all. */
  readonly only?: (file: string) => boolean;
  /**
   * Gives the path that a file's output mirrors, for files whose own path leads out of the output folder, such as
   * those found in an include folder. Default: the path in the schema.
   */
  readonly mirroredPath?: (file: string) => string;
}

/** A file to be written. */
export interface GeneratedFile {
  /** Path relative to the output folder, with forward slashes: that of the source, ending in `.ts`. */
  readonly path: string;
  /** Path of the IDL file that the output mirrors. */
  readonly source: string;
  readonly text: string;
}
