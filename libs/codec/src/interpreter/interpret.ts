import type { StructCodec } from '../definition/struct-codec.js';
import type { EngineScope, LocatedStruct } from '../compiler/engine.js';
import { binaryWire } from './binary-wire.js';
import { compactWire } from './compact-wire.js';
import { structReader } from './struct-reader.js';
import { structWriter } from './struct-writer.js';

/** Makes codecs that walk the schema for each value: for processes that must not make code from strings. */
export function interpret(structs: readonly LocatedStruct[], scope: EngineScope): StructCodec[] {
  return structs.map((located) => ({
    name: located.struct.name,
    writeBinary: structWriter(located, binaryWire, scope),
    readBinary: structReader(located, binaryWire, scope),
    writeCompact: structWriter(located, compactWire, scope),
    readCompact: structReader(located, compactWire, scope),
  }));
}
