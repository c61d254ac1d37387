import type { DefinitionReference } from '@nestjs-thrift/idl';
import type { StructCodec } from '../definition/struct-codec.js';
import { referencedStructs, structOf } from '../emitter/schema-lookup.js';
import { referenceKey } from './code-engine.js';
import { defaultValues } from './constant-value.js';
import type { Engine, EngineScope, LocatedStruct } from './engine.js';
import { exceptionClass, type ExceptionClass } from './exception-class.js';

/** The codecs and exception classes of one schema, each made when it is first asked for, and only once. */
export class CodecStore {
  readonly scope: EngineScope;
  private readonly engine: Engine;
  private readonly codecs = new Map<string, StructCodec>();
  private readonly classes = new Map<string, ExceptionClass>();

  constructor(engine: Engine, options: Omit<EngineScope, 'codec' | 'exceptionClass'>) {
    this.engine = engine;
    this.scope = {
      ...options,
      codec: (reference) => this.codecOf(reference),
      exceptionClass: (reference) => this.exceptionClassOf(reference),
    };
  }

  codecOf(reference: DefinitionReference): StructCodec {
    const known = this.codecs.get(referenceKey(reference));
    if (known) return known;
    const struct = structOf(this.scope.schema, reference);
    return this.compile([{ file: reference.file, struct }])[0]!;
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

  /** Makes the codecs of structs that are not part of the schema, such as those of a method's arguments. */
  compile(structs: readonly LocatedStruct[]): StructCodec[] {
    const missing = this.withMissing(structs);
    const made = this.engine(missing, this.scope);
    for (const [index, { file, struct }] of missing.entries()) {
      this.codecs.set(referenceKey({ file, name: struct.name }), made[index]!);
    }
    return structs.map(({ file, struct }) =>
      this.codecs.get(referenceKey({ file, name: struct.name }))!,
    );
  }

  /** The structs, and all that they lead to and that have no codec yet. */
  private withMissing(structs: readonly LocatedStruct[]): LocatedStruct[] {
    const found = new Map<string, LocatedStruct>();
    const visit = (located: LocatedStruct): void => {
      const key = referenceKey({ file: located.file, name: located.struct.name });
      if (found.has(key) || this.codecs.has(key)) return;
      found.set(key, located);
      pending.push(located);
    };
    const pending: LocatedStruct[] = [];
    structs.forEach(visit);
    for (let located = pending.shift(); located; located = pending.shift()) {
      for (const reference of located.struct.fields.flatMap(({ type }) =>
        referencedStructs(type),
      )) {
        visit({ file: reference.file, struct: structOf(this.scope.schema, reference) });
      }
    }
    return [...found.values()];
  }
}
