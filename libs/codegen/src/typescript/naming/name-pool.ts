/** Words that cannot name a declaration in a strict-mode module, or that TypeScript reads differently as a type. */
const WORDS = `
  any arguments as asserts await bigint boolean break case catch class const continue debugger default delete do else
  enum eval export extends false finally for function if implements import in infer instanceof interface intrinsic is
  keyof let never new null number object package private protected public readonly require return satisfies static
  string super switch symbol this throw true try type typeof undefined unique unknown using var void while with yield`;

/** Objects every JavaScript program has and types every TypeScript program has, which generated code relies on. */
const GLOBALS = `
  AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean Buffer DataView Date Error
  ErrorOptions EvalError FinalizationRegistry Float32Array Float64Array Function Infinity Int16Array Int32Array
  Int8Array Intl Iterable IterableIterator Iterator JSON Map Math NaN Number Object Promise PromiseLike Proxy RangeError
  ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError TypeError URIError Uint16Array
  Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet exports global globalThis module process
  Exclude Extract NonNullable Omit Partial Pick Readonly ReadonlyArray ReadonlyMap ReadonlySet Record Required`;

/** Names that no top-level declaration or parameter of a generated file takes. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(
  `${WORDS} ${GLOBALS}`.trim().split(/\s+/),
);

/** Hands out the names of one scope: each once, and none that is reserved. */
export class NamePool {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /**
   * The wanted name, with as many underscores behind it as it takes to be free.
   *
   * @param avoid further names that will not do
   */
  take(wanted: string, avoid?: RegExp): string {
    let name = wanted.replace(/\W/g, '_').replace(/^(?=\d)/, '_');
    while (RESERVED_NAMES.has(name) || this.#taken.has(name) || avoid?.test(name)) {
      name += '_';
    }
    this.#taken.add(name);
    return name;
  }

  /** A pool that starts from the names of this one and leaves it as it is. */
  fork(): NamePool {
    return new NamePool(this.#taken);
  }
}
