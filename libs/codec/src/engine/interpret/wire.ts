import type { FieldShape, I64Representation, Kind } from '../../definition/shape.js';
import type { ReadBuffer } from '../../buffer/read-buffer.js';
import type { WriteBuffer } from '../../buffer/write-buffer.js';
import type { LeastSizes } from '../emit/least-size.js';

/** The header of a field as it was read. */
export interface FieldHeader {
  /** Wire type; 0 at the end of the struct. */
  type: number;
  id: number;
}

/** What the interpreter asks of a protocol; every function starts at `position` and leaves it behind. */
export interface Wire extends LeastSizes {
  readonly name: 'Binary' | 'Compact';
  readonly types: Readonly<Record<Kind, number>>;

  /** Writes a field header; returns whether it told the value too. */
  readonly writeHeader: (
    out: WriteBuffer,
    field: FieldShape,
    lastId: number,
    value: unknown,
  ) => boolean;
  readonly writeBool: (out: WriteBuffer, value: boolean) => void;
  readonly writeI8: (out: WriteBuffer, value: number) => void;
  readonly writeI16: (out: WriteBuffer, value: number) => void;
  readonly writeI32: (out: WriteBuffer, value: number) => void;
  /** Returns false when the value is not an i64. */
  readonly writeI64: (out: WriteBuffer, value: unknown) => boolean;
  readonly writeDouble: (out: WriteBuffer, value: number) => void;
  readonly writeText: (out: WriteBuffer, value: string) => void;
  readonly writeBytes: (out: WriteBuffer, value: Uint8Array) => void;
  readonly writeList: (out: WriteBuffer, type: number, count: number) => void;
  readonly writeMap: (out: WriteBuffer, keyType: number, valueType: number, count: number) => void;

  /** Reads a field header into `header`, whose id is the one read before. */
  readonly readHeader: (input: ReadBuffer, header: FieldHeader) => void;
  /** Whether a field of the wire type `found` holds a value of `kind`. */
  readonly holds: (kind: Kind, found: number) => boolean;
  /** The value that a header of this wire type tells; undefined when the value follows. */
  readonly headerValue: (kind: Kind, found: number) => boolean | undefined;
  readonly skip: (input: ReadBuffer, type: number) => void;
  readonly readBool: (input: ReadBuffer) => boolean;
  readonly readI8: (input: ReadBuffer) => number;
  readonly readI16: (input: ReadBuffer) => number;
  readonly readI32: (input: ReadBuffer) => number;
  readonly readI64: (input: ReadBuffer, mode: I64Representation) => bigint | number | string;
  readonly readDouble: (input: ReadBuffer) => number;
  readonly readLength: (input: ReadBuffer) => number;
  readonly readList: (input: ReadBuffer, type: number, minimum: number) => number;
  readonly readMap: (
    input: ReadBuffer,
    keyType: number,
    valueType: number,
    minimum: number,
  ) => number;
}

/** Checks that `size` bytes are there, steps over them and returns where they start. */
export function take(input: ReadBuffer, size: number): number {
  const start = input.position;
  input.require(size);
  input.position = start + size;
  return start;
}

/** Makes room for `size` bytes, steps over them and returns where they start. */
export function give(out: WriteBuffer, size: number): number {
  out.reserve(size);
  const start = out.position;
  out.position = start + size;
  return start;
}
