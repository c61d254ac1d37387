import type { ProtocolName } from '@nestjs-thrift/codec';
import { PROTOCOLS } from '@nestjs-thrift/codec/wire';
import type { CodecOptions } from '@nestjs-thrift/codec/compiler';

const ALL: readonly ProtocolName[] = Object.values(PROTOCOLS).map(({ name }) => name);

/**
 * Checks the protocols that codecs are generated for; all by default.
 *
 * @throws TypeError for an empty list and for an unknown protocol: such code would be of no use.
 */
export function readProtocols(requested: readonly ProtocolName[] = ALL): readonly ProtocolName[] {
  if (requested.length > 0 && requested.every((protocol) => ALL.includes(protocol))) {
    return requested;
  }
  throw new TypeError(
    `protocols must be one or more of ${ALL.join(', ')}, got ${JSON.stringify(requested)}`,
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
  readonly protocols?: readonly ProtocolName[];
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
