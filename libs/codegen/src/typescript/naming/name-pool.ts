import { RESERVED_NAMES } from './reserved-names.js';

/** Hands out the names of one scope: each once, and none that is reserved. */
export class NamePool {
  private readonly taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.taken = new Set(taken);
  }

  /**
   * The wanted name, with as many underscores behind it as it takes to be free.
   *
   * @param avoid further names that will not do
   */
  take(wanted: string, avoid?: RegExp): string {
    let name = wanted.replace(/\W/g, '_').replace(/^(?=\d)/, '_');
    while (RESERVED_NAMES.has(name) || this.taken.has(name) || avoid?.test(name)) name += '_';
    this.taken.add(name);
    return name;
  }

  /** A pool that starts from the names of this one and leaves it as it is. */
  fork(): NamePool {
    return new NamePool(this.taken);
  }
}
