/**
 * An object of JSON with its names in the order in which they came; of equal ones the last value counts. A plain object has names that
 * are numbers first, and a Map takes quadratic time for such names that are chosen to collide, before Node 20.20.2.
 *
 * @typeParam T the type of the values.
 */
export class JsonObject<T = unknown> implements Iterable<readonly [name: string, value: T]> {
  readonly #names: string[] = [];
  readonly #values: T[] = [];
  /** Places of the names. V8 hashes names of plain objects with a seed, also those that are numbers. */
  readonly #places = Object.create(null) as Record<string, number>;

  constructor(entries: Iterable<readonly [name: string, value: T]> = []) {
    for (const [name, value] of entries) {
      this.set(name, value);
    }
  }

  get size(): number {
    return this.#names.length;
  }

  /** The value of a name; `undefined` if there is none. */
  get(name: string): T | undefined {
    const place = this.#places[name];
    return place === undefined ? undefined : this.#values[place];
  }

  set(name: string, value: T): void {
    const place = this.#places[name];
    if (place === undefined) {
      this.#places[name] = this.#names.length;
      this.#names.push(name);
      this.#values.push(value);
    } else {
      this.#values[place] = value;
    }
  }

  keys(): IterableIterator<string> {
    return this.#names.values();
  }

  *[Symbol.iterator](): IterableIterator<readonly [name: string, value: T]> {
    for (const [place, name] of this.#names.entries()) {
      yield [name, this.#values[place]!];
    }
  }
}
