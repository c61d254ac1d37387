import type { CodecMethod, StructCodec } from '../../definition/service-definition.js';
import type { StructShape } from '../../definition/shape.js';
import { binaryWire } from './binary-wire.js';
import { compactWire } from './compact-wire.js';
import { structReader } from './struct-reader.js';
import { structWriter } from './struct-writer.js';

/** Makes a method that walks the shape of a struct for each value: for processes that must not make code from strings. */
export function interpret<M extends CodecMethod>(struct: StructShape, method: M): StructCodec[M] {
  return MAKERS[method](struct);
}

const MAKERS: {
  readonly [M in CodecMethod]: (struct: StructShape) => StructCodec[M];
} = {
  writeBinary: (struct) => structWriter(struct, binaryWire),
  readBinary: (struct) => structReader(struct, binaryWire),
  writeCompact: (struct) => structWriter(struct, compactWire),
  readCompact: (struct) => structReader(struct, compactWire),
};
