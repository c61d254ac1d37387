import type { CodecMethod, StructCodec } from '../definition/service-definition.js';
import type { StructShape } from '../definition/shape.js';
import * as runtime from '../runtime/index.js';
import type { EmitContext } from './emit/emit-context.js';
import { emitStructCodec } from './emit/emit-struct-codec.js';

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
export function compileCode<M extends CodecMethod>(struct: StructShape, method: M): StructCodec[M] {
  const { text, imports } = emitUnit(struct, method);
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is our own, from a schema whose names are identifiers
  const make = new Function('runtime', 'imports', text) as (
    helpers: typeof runtime,
    imports: readonly unknown[],
  ) => Pick<StructCodec, M>;
  return make(runtime, imports)[method];
}

/** The body of the function that makes one method of a codec, and what it takes as `imports`. */
export function emitUnit(
  struct: StructShape,
  method: CodecMethod,
): { readonly text: string; readonly imports: readonly unknown[] } {
  const unit = new Unit();
  const codec = emitStructCodec(struct, unit.context, [method]);
  const text = [`'use strict';`, ...unit.declarations(), `return ${codec};`].join('\n');
  return { text, imports: unit.imports };
}

/** Names for everything that the text of one unit takes from outside. */
class Unit {
  readonly imports: unknown[] = [];
  readonly #imported = new Map<unknown, string>();
  readonly #helpers = new Set<string>();

  readonly context: EmitContext = {
    language: 'javascript',
    codec: (struct) => this.#import(struct),
    typeName: ({ name }) => name,
    exceptionClass: (struct) => this.#import(exceptionClass(struct)),
    runtime: (name) => {
      this.#helpers.add(name);
      return name;
    },
  };

  declarations(): string[] {
    const names = [...this.#imported.values()];
    return [
      `const { ${[...this.#helpers].join(', ')} } = runtime;`,
      `const [${names.join(', ')}] = imports;`,
    ];
  }

  #import(value: unknown): string {
    let name = this.#imported.get(value);
    if (name === undefined) {
      name = `import${this.imports.length}`;
      this.#imported.set(value, name);
      this.imports.push(value);
    }
    return name;
  }
}

function exceptionClass({ name, exceptionClass: type }: StructShape): unknown {
  if (type === undefined) {
    throw new Error(`the exception ${name} has no class`);
  }
  return type();
}
