import type { ReadBuffer } from '../buffer/read-buffer.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';

/**
 * Writes and reads one struct type. Compiled by the generator, compiled at run time, interpreted, or adapted from
 * another library's generated code: whoever holds one cannot tell.
 *
 * Writing appends at `out.position`; when it throws (a {@link ProtocolError} that names the field), `out.position` is
 * undefined and the caller sets it back. `depth` is how many structs and containers may still be entered; only codecs of
 * recursive types look at it, and callers leave it out. Reading consumes the struct and leaves `input.position` behind it; it throws
 * {@link ProtocolError} for bytes that are no such struct.
 */
export interface StructCodec<T = unknown> {
  /** Name of the struct in the IDL. */
  readonly name: string;
  writeBinary(value: T, out: WriteBuffer, depth?: number): void;
  readBinary(input: ReadBuffer): T;
  writeCompact(value: T, out: WriteBuffer, depth?: number): void;
  readCompact(input: ReadBuffer): T;
}

/** The methods of a {@link StructCodec}. */
export type CodecMethod = Exclude<keyof StructCodec, 'name'>;
