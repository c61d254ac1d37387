import type { CodecMethod, StructCodec } from '../definition/service-definition.js';

/** Makes one method of a codec. */
export type MakeMethod = <M extends CodecMethod>(method: M) => StructCodec[M];

/**
 * A codec whose methods are made when they are called first. Each then takes the place of the one that made it, so that
 * later calls go straight to it. A class, because objects that share the shape of generated codecs would tell the
 * engine that methods of those can change too.
 */
export class LazyCodec<T = unknown> implements StructCodec<T> {
  readonly name: string;
  writeBinary: StructCodec<T>['writeBinary'];
  readBinary: StructCodec<T>['readBinary'];
  writeCompact: StructCodec<T>['writeCompact'];
  readCompact: StructCodec<T>['readCompact'];

  readonly #make: MakeMethod;
  /** Methods that have been made. */
  readonly #made = new Set<CodecMethod>();

  constructor(name: string, make: MakeMethod) {
    this.name = name;
    this.#make = make;
    this.writeBinary = (value, out, depth) => {
      this.compile('writeBinary');
      this.writeBinary(value, out, depth);
    };
    this.readBinary = (input) => {
      this.compile('readBinary');
      return this.readBinary(input);
    };
    this.writeCompact = (value, out, depth) => {
      this.compile('writeCompact');
      this.writeCompact(value, out, depth);
    };
    this.readCompact = (input) => {
      this.compile('readCompact');
      return this.readCompact(input);
    };
  }

  /** Makes a method now, unless it has been made. */
  compile(method: CodecMethod): void {
    if (!this.#made.has(method)) {
      Object.assign(this, { [method]: this.#make(method) });
      this.#made.add(method);
    }
  }
}
