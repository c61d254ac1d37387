import type { CodecMethod, StructCodec } from '../definition/struct-codec.js';
import type { EmitContext } from '../emitter/emit-context.js';
import { emitStructCodec } from '../emitter/emit-struct-codec.js';
import * as runtime from '../runtime/index.js';
import { referenceKey, type EngineScope, type LocatedStruct } from './engine.js';

/** Makes codecs by running emitted JavaScript; all structs of one call share one unit, so that they call each other directly. */
export function compileCode<M extends CodecMethod>(
  structs: readonly LocatedStruct[],
  method: M,
  scope: EngineScope,
): Array<Pick<StructCodec, M>> {
  const unit = new Unit(structs, method, scope);
  const texts = structs.map(({ file, struct }) =>
    emitStructCodec(struct, unit.context(file), [method]),
  );
  const body = [
    `'use strict';`,
    ...unit.declarations(),
    ...texts.map((text, index) => `const codec${index} = ${text};`),
    `return [${texts.map((_, index) => `codec${index}`).join(', ')}];`,
  ].join('\n');
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is our own, from a schema whose names are identifiers
  const make = new Function('runtime', 'imports', body) as (
    helpers: typeof runtime,
    imports: readonly unknown[],
  ) => Array<Pick<StructCodec, M>>;
  return make(runtime, unit.imports);
}

/** Names for everything that the text of one unit takes from outside. */
class Unit {
  readonly imports: unknown[] = [];
  private readonly own = new Map<string, string>();
  private readonly imported = new Map<string, string>();
  private readonly helpers = new Set<string>();
  private readonly method: CodecMethod;
  private readonly scope: EngineScope;

  constructor(structs: readonly LocatedStruct[], method: CodecMethod, scope: EngineScope) {
    this.method = method;
    this.scope = scope;
    for (const [index, { file, struct }] of structs.entries()) {
      this.own.set(referenceKey({ file, name: struct.name }), `codec${index}`);
    }
  }

  context(file: string): EmitContext {
    const { schema, i64, invalidUtf8 } = this.scope;
    return {
      language: 'javascript',
      schema,
      file,
      i64,
      invalidUtf8,
      codec: (reference) =>
        this.own.get(referenceKey(reference)) ??
        this.import(`codec ${referenceKey(reference)}`, () =>
          this.scope.codec(reference, this.method),
        ),
      typeName: (reference) => reference.name,
      exceptionClass: (reference) =>
        this.import(`class ${referenceKey(reference)}`, () => this.scope.exceptionClass(reference)),
      runtime: (name) => {
        this.helpers.add(name);
        return name;
      },
    };
  }

  declarations(): string[] {
    const names = [...this.imported.values()];
    return [
      `const { ${[...this.helpers].join(', ')} } = runtime;`,
      `const [${names.join(', ')}] = imports;`,
    ];
  }

  private import(key: string, value: () => unknown): string {
    let name = this.imported.get(key);
    if (name === undefined) {
      name = `import${this.imports.length}`;
      this.imported.set(key, name);
      this.imports.push(value());
    }
    return name;
  }
}
