/** A request is answered with this many problems; the others are counted. */
export const MAX_PROBLEMS = 20;
const MAX_TEXT_LENGTH = 200;

/** One thing in a request that could not be bound. */
export interface BindingProblem {
  /** Where it stands, such as `query mid`, `header X-Ids[2]` or `item.id` in the body. */
  readonly place: string;
  /** What was expected; it never repeats the value. */
  readonly message: string;
}

/** A request that does not have what its method takes. */
export class InvalidRequestError extends Error {
  /** The first problems, at most twenty. */
  readonly problems: readonly BindingProblem[];
  readonly #count: number;

  constructor(problems: readonly BindingProblem[], count: number) {
    const [first] = problems;
    const more = count > 1 ? ` (and ${count - 1} more)` : '';
    super(`invalid request: ${first?.place}: ${first?.message}${more}`);
    this.name = 'InvalidRequestError';
    this.problems = problems;
    this.#count = count;
  }

  /** The same problems in a part of the request. @param part its name, such as `line 3` */
  within(part: string): InvalidRequestError {
    const problems = this.problems.map(({ place, message }) => ({
      place: `${part} ${place}`,
      message,
    }));
    return new InvalidRequestError(problems, this.#count);
  }
}

/** What is found out while one request is bound: where the reader is, and what was wrong so far. */
export class BindingRun {
  readonly #problems: BindingProblem[] = [];
  #count = 0;
  #root = '';
  /** Keys and indexes below the root, changed by the readers of containers as they go down and up. */
  readonly path: (string | number)[] = [];

  /** Starts with another value of the request. @param root its place, such as `query mid` */
  enter(root: string): void {
    this.#root = root;
    this.path.length = 0;
  }

  /** Notes a problem where the reader is; gives what readers return for a value that is none. */
  fail(message: string): undefined {
    this.#count += 1;
    if (this.#problems.length < MAX_PROBLEMS) {
      this.#problems.push({ place: shorten(this.#place()), message: shorten(message) });
    }
    return undefined;
  }

  /** @throws InvalidRequestError if anything failed. */
  throwIfFailed(): void {
    if (this.#count > 0) {
      throw new InvalidRequestError(this.#problems, this.#count);
    }
  }

  #place(): string {
    let place = this.#root;
    for (const part of this.path) {
      if (typeof part === 'number') {
        place += `[${part}]`;
      } else {
        place += place === '' ? part : `.${part}`;
      }
    }
    return place;
  }
}

function shorten(text: string): string {
  return text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH)}…`;
}
