/**
 * Tells calls that failed on the client itself (an open breaker, a limit, an access rule, no instance) from those whose attempt
 * failed: errors of attempts are remembered, and any other error that ends a call never came from the transport. Costs
 * nothing as long as calls succeed.
 */
export class LocalFailures {
  private readonly ofAttempts = new WeakSet<object>();

  /** To be told how every attempt ended. */
  attempted(error: unknown): void {
    if (isObject(error)) this.ofAttempts.add(error);
  }

  /** Whether what ended a call came from no attempt, neither as it is nor wrapped, as by an exhausted retry. */
  includes(error: unknown): boolean {
    if (!isObject(error)) return true;
    const { cause } = error as { cause?: unknown };
    return !this.ofAttempts.has(error) && !(isObject(cause) && this.ofAttempts.has(cause));
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
