import type { Schema, DefinitionReference } from '@nestjs-thrift/idl';
import { referencedStructs, structOf } from './emit/schema-lookup.js';
import { referenceKey, type LocatedStruct, type Engine, type EngineScope } from './engine.js';
import type { StructCodec } from '../definition/service-definition.js';
import { defaultValues } from './constant-value.js';
import { exceptionClass, type ExceptionClass } from './exception-class.js';
import { LazyCodec } from './lazy-codec.js';

/**
 * Throws unless the schema defines every struct that a struct leads to: what it lacks must show when a codec is asked
 * for, not when it is first used. `complete` has the keys of structs that need no look any more, and gets those seen.
 */
export function requireReachable(root: LocatedStruct, schema: Schema, complete: Set<string>): void {
  const found = new Map([[referenceKey({ file: root.file, name: root.struct.name }), root.struct]]);
  // Entries that are added while a Map is walked are walked too.
  for (const struct of found.values()) {
    for (const reference of struct.fields.flatMap(({ type }) => referencedStructs(type))) {
      const key = referenceKey(reference);
      if (!complete.has(key) && !found.has(key)) {
        found.set(key, structOf(schema, reference));
      }
    }
  }
  for (const key of found.keys()) {
    complete.add(key);
  }
}

/** The codecs and exception classes of one schema, each made when it is first asked for, and only once. */
export class CodecStore {
  readonly scope: EngineScope;
  readonly #engine: Engine;
  readonly #codecs = new Map<string, StructCodec>();
  /** Keys of structs that are known to lead to nothing undefined. */
  readonly #complete = new Set<string>();
  readonly #classes = new Map<string, ExceptionClass>();

  constructor(engine: Engine, options: Omit<EngineScope, 'codec' | 'exceptionClass'>) {
    this.#engine = engine;
    this.scope = {
      ...options,
      codec: (reference) => this.codecOf(reference),
      exceptionClass: (reference) => this.exceptionClassOf(reference),
    };
  }

  codecOf(reference: DefinitionReference): StructCodec {
    const known = this.#codecs.get(referenceKey(reference));
    if (known) {
      return known;
    }
    return this.codec({ file: reference.file, struct: structOf(this.scope.schema, reference) });
  }

  /** The codec of a struct that need not be part of the schema, such as that of a method's arguments. */
  codec(located: LocatedStruct): StructCodec {
    const { file, struct } = located;
    const key = referenceKey({ file, name: struct.name });
    let codec = this.#codecs.get(key);
    if (!codec) {
      requireReachable(located, this.scope.schema, this.#complete);
      codec = new LazyCodec(struct.name, (method) => this.#engine(located, method, this.scope));
      this.#codecs.set(key, codec);
    }
    return codec;
  }

  exceptionClassOf(reference: DefinitionReference): ExceptionClass {
    const key = referenceKey(reference);
    let type = this.#classes.get(key);
    if (!type) {
      const struct = structOf(this.scope.schema, reference);
      type = exceptionClass(struct, () => defaultValues(struct, this.scope));
      this.#classes.set(key, type);
    }
    return type;
  }
}
