/** Counts the keys of a process, those of a second copy of this package too: two keys must never share an index. */
const counter = countKeys();

function countKeys(): { next: number } {
  const name = Symbol.for('@nestjs-thrift/context-keys');
  const known = Object.getOwnPropertyDescriptor(globalThis, name)?.value as
    { next: number } | undefined;
  if (known !== undefined) {
    return known;
  }
  const made = { next: 0 };
  Object.defineProperty(globalThis, name, { value: made });
  return made;
}

/**
 * Names a value in a {@link CallContext}. Make keys once, as constants of a module or fields of an object that lives as long as a
 * client: a context has a place for every key ever made.
 *
 * @example
 * export const TENANT = new ContextKey<string>('tenant');
 */
export class ContextKey<T> {
  /** Its place in contexts. */
  readonly index = counter.next++;
  /** Never set: it only carries the type. */
  declare readonly type?: (value: T) => T;

  /** @param name for people who debug; two keys of one name are two keys. */
  constructor(readonly name: string) {}
}

/**
 * Values that belong to one call: written and read by middlewares, policies, observers, guards and interceptors. All
 * attempts of a call share one; no two calls do. Nothing of it is sent: that is what metadata is for.
 *
 * @example
 * const TENANT = new ContextKey<string>('tenant');
 * const context = new CallContext();
 * context.set(TENANT, 'a');
 * await users.GetUser(request, { context });
 */
export class CallContext {
  #values: unknown[] | undefined;

  /** The value of a key; `undefined` where it has none. */
  get<T>(key: ContextKey<T>): T | undefined {
    return this.#values?.[key.index] as T | undefined;
  }

  /** Gives a key a value. */
  set<T>(key: ContextKey<T>, value: T): void {
    (this.#values ??= [])[key.index] = value;
  }

  /** Another context with the same values. */
  copy(): CallContext {
    const copy = new CallContext();
    copy.#values = this.#values?.slice();
    return copy;
  }
}
