import { ThriftRpcError } from '@nestjs-thrift/codec';

/**
 * Tells calls that failed on the client itself (an open breaker, a limit, an access rule, no instance) from those whose attempt
 * failed: errors of attempts are remembered, and any other error that ends a call never came from the transport. Costs
 * nothing as long as calls succeed.
 */
export class LocalFailures {
  readonly #ofAttempts = new WeakSet<object>();

  /** Receives the outcome of every attempt. */
  attempted(error: unknown): void {
    if (isObject(error)) {
      this.#ofAttempts.add(error);
    }
  }

  /** Whether what ended a call came from no attempt, neither as it is nor wrapped, as by an exhausted retry. */
  includes(error: unknown): boolean {
    if (!isObject(error)) {
      return true;
    }
    const { cause } = error as { cause?: unknown };
    return !this.#ofAttempts.has(error) && !(isObject(cause) && this.#ofAttempts.has(cause));
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Handlers may throw anything; `instanceof Error` also misses errors of other realms. */
interface Thrown {
  readonly name?: unknown;
  readonly message?: unknown;
}

/** What kind of error it is, of low cardinality: its code if it has one, else the name of its class. */
export function errorType(error: unknown): string {
  if (error instanceof ThriftRpcError) {
    return error.code;
  }
  const name = (error as Thrown | null | undefined)?.name;
  if (typeof name !== 'string' || name === '') {
    return '_OTHER';
  }
  // Classes that leave the name of Error as it is, such as cockatiel's, are known by their constructor alone.
  return name === 'Error' ? (error as object).constructor.name || name : name;
}

/** What an error says. */
export function errorMessage(error: unknown): string {
  const message = (error as Thrown | null | undefined)?.message;
  return typeof message === 'string' ? message : String(error);
}
