import type { DefinitionReference } from '@nestjs-thrift/idl';
import type { CodecMethod, StructCodec } from '../definition/service-definition.js';
import type { EmitContext } from './emit/emit-context.js';
import { emitStructCodec } from './emit/emit-struct-codec.js';
import * as runtime from '../runtime/index.js';
import { referenceKey, type EngineScope, type LocatedStruct } from './engine.js';

/** Whether this process may make code from strings; `--disallow-code-generation-from-strings` forbids it. */
export function canGenerateCode(): boolean {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- trying is the only way to know
    return new Function('return true')() === true;
  } catch {
    return false;
  }
}

/** Makes a method of a codec by running emitted JavaScript, which calls the codecs of other structs directly. */
export function compileCode<M extends CodecMethod>(
  { file, struct }: LocatedStruct,
  method: M,
  scope: EngineScope,
): StructCodec[M] {
  const unit = new Unit(scope);
  const text = emitStructCodec(struct, unit.context(file), [method]);
  const body = [`'use strict';`, ...unit.declarations(), `return ${text};`].join('\n');
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is our own, from a schema whose names are identifiers
  const make = new Function('runtime', 'imports', body) as (
    helpers: typeof runtime,
    imports: readonly unknown[],
  ) => Pick<StructCodec, M>;
  return make(runtime, unit.imports)[method];
}

/** Names for everything that the text of one unit takes from outside. */
class Unit {
  readonly imports: unknown[] = [];
  readonly #imported = new Map<string, string>();
  readonly #helpers = new Set<string>();
  readonly #scope: EngineScope;

  constructor(scope: EngineScope) {
    this.#scope = scope;
  }

  context(file: string): EmitContext {
    const { schema, i64, invalidUtf8 } = this.#scope;
    return {
      language: 'javascript',
      schema,
      file,
      i64,
      invalidUtf8,
      codec: (reference) => this.#import('codec', reference, () => this.#scope.codec(reference)),
      typeName: (reference) => reference.name,
      exceptionClass: (reference) =>
        this.#import('class', reference, () => this.#scope.exceptionClass(reference)),
      runtime: (name) => {
        this.#helpers.add(name);
        return name;
      },
    };
  }

  declarations(): string[] {
    const names = [...this.#imported.values()];
    return [
      `const { ${[...this.#helpers].join(', ')} } = runtime;`,
      `const [${names.join(', ')}] = imports;`,
    ];
  }

  #import(what: 'codec' | 'class', reference: DefinitionReference, value: () => unknown): string {
    const key = `${what} ${referenceKey(reference)}`;
    let name = this.#imported.get(key);
    if (name === undefined) {
      name = `import${this.imports.length}`;
      this.#imported.set(key, name);
      this.imports.push(value());
    }
    return name;
  }
}
