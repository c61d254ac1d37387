/** Something that takes bytes from outside. */
export interface FuzzTarget {
  /** What `--target` calls it; its corpus is in the folder of that name. */
  readonly name: string;
  /** Words of its language, for inputs that are text. */
  readonly words?: readonly string[];
  /** Whether inputs are text, in a corpus of `.thrift` files; otherwise bytes, in `.hex` files. */
  readonly isText?: boolean;
  /** Uses an input; throws for everything that must not happen, errors of an unexpected type among them. */
  run(input: Buffer): void | Promise<void>;
  /** Releases the resources of the target. */
  close?(): Promise<void>;
}

/** What came out of a decoder: a value, or the one type of error it may throw. */
export type Outcome<T> =
  | { readonly value: T; readonly error?: undefined }
  | { readonly value?: undefined; readonly error: Error };

/** Calls a decoder; passes on every error but the expected ones. */
export function outcomeOf<T>(
  expected: abstract new (...args: never[]) => Error,
  decode: () => T,
): Outcome<T> {
  try {
    return { value: decode() };
  } catch (error) {
    if (error instanceof expected) {
      return { error };
    }
    throw error;
  }
}
