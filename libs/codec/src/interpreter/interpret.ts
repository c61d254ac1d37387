import type { CodecMethod, StructCodec } from '../definition/struct-codec.js';
import type { EngineScope, LocatedStruct } from '../compiler/engine.js';
import { binaryWire } from './binary-wire.js';
import { compactWire } from './compact-wire.js';
import { structReader } from './struct-reader.js';
import { structWriter } from './struct-writer.js';

/** Makes codecs that walk the schema for each value: for processes that must not make code from strings. */
export function interpret<M extends CodecMethod>(
  structs: readonly LocatedStruct[],
  method: M,
  scope: EngineScope,
): Array<Pick<StructCodec, M>> {
  const make: Maker<M> = MAKERS[method];
  return structs.map((located) => ({ [method]: make(located, scope) }) as Pick<StructCodec, M>);
}

type Maker<M extends CodecMethod> = (located: LocatedStruct, scope: EngineScope) => StructCodec[M];

const MAKERS: { readonly [M in CodecMethod]: Maker<M> } = {
  writeBinary: (located, scope) => structWriter(located, binaryWire, scope),
  readBinary: (located, scope) => structReader(located, binaryWire, scope),
  writeCompact: (located, scope) => structWriter(located, compactWire, scope),
  readCompact: (located, scope) => structReader(located, compactWire, scope),
};
