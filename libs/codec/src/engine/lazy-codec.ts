import type { CodecMethod, StructCodec } from '../definition/service-definition.js';

/** Makes one method of a codec. */
export type MakeMethod = <M extends CodecMethod>(method: M) => StructCodec[M];

/**
 * A codec whose methods are made when they are called first. Each then takes the place of the one that made it, so that
 * later calls go straight to it. A class, because objects that share the shape of generated codecs would tell the
 * engine that methods of those can change too.
 */
export class LazyCodec implements StructCodec {
  readonly name: string;
  writeBinary: StructCodec['writeBinary'];
  readBinary: StructCodec['readBinary'];
  writeCompact: StructCodec['writeCompact'];
  readCompact: StructCodec['readCompact'];

  constructor(name: string, make: MakeMethod) {
    this.name = name;
    this.writeBinary = (value, out, depth) => {
      this.writeBinary = make('writeBinary');
      this.writeBinary(value, out, depth);
    };
    this.readBinary = (input) => {
      this.readBinary = make('readBinary');
      return this.readBinary(input);
    };
    this.writeCompact = (value, out, depth) => {
      this.writeCompact = make('writeCompact');
      this.writeCompact(value, out, depth);
    };
    this.readCompact = (input) => {
      this.readCompact = make('readCompact');
      return this.readCompact(input);
    };
  }
}
