import type { CodecMethod, StructCodec } from '../../definition/service-definition.js';
import type { EngineScope, LocatedStruct } from '../engine.js';
import { binaryWire } from './binary-wire.js';
import { compactWire } from './compact-wire.js';
import { structReader } from './struct-reader.js';
import { structWriter } from './struct-writer.js';

/** Makes a method that walks the schema for each value: for processes that must not make code from strings. */
export function interpret<M extends CodecMethod>(
  located: LocatedStruct,
  method: M,
  scope: EngineScope,
): StructCodec[M] {
  return MAKERS[method](located, scope);
}

const MAKERS: {
  readonly [M in CodecMethod]: (located: LocatedStruct, scope: EngineScope) => StructCodec[M];
} = {
  writeBinary: (located, scope) => structWriter(located, binaryWire, scope),
  readBinary: (located, scope) => structReader(located, binaryWire, scope),
  writeCompact: (located, scope) => structWriter(located, compactWire, scope),
  readCompact: (located, scope) => structReader(located, compactWire, scope),
};
