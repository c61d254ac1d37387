/** Up to this size looking through the names is cheaper than making a table. */
const SCANNED_NAMES = 8;

/**
 * An object of JSON with its names in the order in which they came; of equal ones the last value counts. A plain object has names that
 * are numbers first, and a Map takes quadratic time for such names that are chosen to collide, before Node 20.20.2.
 *
 * @typeParam T the type of the values.
 */
export class JsonObject<T = unknown> implements Iterable<readonly [name: string, value: T]> {
  readonly #names: string[] = [];
  readonly #values: T[] = [];
  /** Places of the names, where there are many. V8 hashes names of plain objects with a seed, also those that are numbers. */
  #places: Record<string, number> | undefined;

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
    const place = this.#placeOf(name);
    return place < 0 ? undefined : this.#values[place];
  }

  set(name: string, value: T): void {
    const place = this.#placeOf(name);
    if (place < 0) {
      this.#add(name, value);
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

  #placeOf(name: string): number {
    return this.#places === undefined ? this.#names.indexOf(name) : (this.#places[name] ?? -1);
  }

  #add(name: string, value: T): void {
    const place = this.#names.push(name) - 1;
    this.#values.push(value);
    if (this.#places !== undefined) {
      this.#places[name] = place;
    } else if (place >= SCANNED_NAMES) {
      this.#places = Object.create(null) as Record<string, number>;
      for (const [index, known] of this.#names.entries()) {
        this.#places[known] = index;
      }
    }
  }
}
