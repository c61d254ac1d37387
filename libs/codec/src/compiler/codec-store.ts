import type { DefinitionReference } from '@nestjs-thrift/idl';
import type { CodecMethod, StructCodec } from '../definition/struct-codec.js';
import { structOf } from '../emitter/schema-lookup.js';
import { defaultValues } from './constant-value.js';
import { referenceKey, type Engine, type EngineScope, type LocatedStruct } from './engine.js';
import { exceptionClass, type ExceptionClass } from './exception-class.js';
import { LazyCodec } from './lazy-codec.js';
import { reachableStructs } from './struct-graph.js';

type MadeMethods = { readonly [M in CodecMethod]: Map<string, Pick<StructCodec, M>> };

/** The codecs and exception classes of one schema, each made when it is first asked for, and only once. */
export class CodecStore {
  readonly scope: EngineScope;
  private readonly engine: Engine;
  private readonly codecs = new Map<string, StructCodec>();
  private readonly made: MadeMethods = {
    writeBinary: new Map(),
    readBinary: new Map(),
    writeCompact: new Map(),
    readCompact: new Map(),
  };
  /** Structs known to lead to nothing that is not defined. */
  private readonly complete = new Set<string>();
  private readonly classes = new Map<string, ExceptionClass>();

  constructor(engine: Engine, options: Omit<EngineScope, 'codec' | 'exceptionClass'>) {
    this.engine = engine;
    this.scope = {
      ...options,
      codec: (reference, method) =>
        this.made[method].get(referenceKey(reference)) ?? this.codecOf(reference),
      exceptionClass: (reference) => this.exceptionClassOf(reference),
    };
  }

  codecOf(reference: DefinitionReference): StructCodec {
    const known = this.codecs.get(referenceKey(reference));
    if (known) return known;
    return this.codec({ file: reference.file, struct: structOf(this.scope.schema, reference) });
  }

  /** The codec of a struct that need not be part of the schema, such as that of a method's arguments. */
  codec(located: LocatedStruct): StructCodec {
    const { file, struct } = located;
    const key = referenceKey({ file, name: struct.name });
    let codec = this.codecs.get(key);
    if (!codec) {
      this.requireDefinitions(located);
      codec = new LazyCodec(struct.name, (method) => this.make(located, method));
      this.codecs.set(key, codec);
    }
    return codec;
  }

  exceptionClassOf(reference: DefinitionReference): ExceptionClass {
    const key = referenceKey(reference);
    let type = this.classes.get(key);
    if (!type) {
      const struct = structOf(this.scope.schema, reference);
      type = exceptionClass(struct, () => defaultValues(struct, this.scope));
      this.classes.set(key, type);
    }
    return type;
  }

  /** A method of one codec; those of the structs it leads to are made along, to be called without a detour. */
  private make<M extends CodecMethod>(root: LocatedStruct, method: M): StructCodec[M] {
    const made: Map<string, Pick<StructCodec, M>> = this.made[method];
    const missing = reachableStructs(
      this.scope.schema,
      root,
      (reference) => !made.has(referenceKey(reference)),
    );
    const codecs = this.engine(missing, method, this.scope);
    for (const [index, { file, struct }] of missing.entries()) {
      made.set(referenceKey({ file, name: struct.name }), codecs[index]!);
    }
    return made.get(referenceKey({ file: root.file, name: root.struct.name }))![method];
  }

  /** What a schema lacks must show when a codec is asked for, not when it is first used. */
  private requireDefinitions(located: LocatedStruct): void {
    const isNew = (reference: DefinitionReference) => !this.complete.has(referenceKey(reference));
    for (const { file, struct } of reachableStructs(this.scope.schema, located, isNew)) {
      this.complete.add(referenceKey({ file, name: struct.name }));
    }
  }
}
