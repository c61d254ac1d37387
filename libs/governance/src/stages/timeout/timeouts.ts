/** The timeouts of a call, in milliseconds. What is left out comes from the next layer. */
export interface TimeoutOptions {
  /** Time for a call as a whole, retries included; 0 for none. @defaultValue 0 */
  readonly timeoutMs?: number;
  /**
   * Time for one attempt from choosing the instance to the reply, or what is left of the call if that is less; 0 for none. Default 3,000. Kitex: WithRPCTimeout and
   * `rpc_timeout_ms`, default none.
   */
  readonly attemptTimeoutMs?: number;
  /**
   * Time to connect; 0 for none. Default: what the transport says, 500. Kitex: WithConnectTimeout and `conn_timeout_ms`,
   * default 50.
   */
  readonly connectTimeoutMs?: number;
  /**
   * Longest silence of the peer while the reply is awaited; 0 for no limit. Default: what the transport says. Kitex has no such
   * option on clients; it reads for the RPC timeout and 5 ms.
   */
  readonly readTimeoutMs?: number;
}

/** Timeouts with every layer applied; what is left out is up to the transport. */
export interface Timeouts extends TimeoutOptions {
  readonly timeoutMs: number;
  readonly attemptTimeoutMs: number;
}

/** The defaults. */
export const DEFAULT_TIMEOUTS: Timeouts = { timeoutMs: 0, attemptTimeoutMs: 3_000 };

/**
 * Merges layers of timeouts, value by value: the first layer that sets a value wins.
 *
 * @throws RangeError if a value is not a number of milliseconds that a timer supports.
 */
export function resolveTimeouts(...layers: readonly (TimeoutOptions | undefined)[]): Timeouts {
  return {
    timeoutMs: firstSaid(layers, 'timeoutMs') ?? DEFAULT_TIMEOUTS.timeoutMs,
    attemptTimeoutMs: firstSaid(layers, 'attemptTimeoutMs') ?? DEFAULT_TIMEOUTS.attemptTimeoutMs,
    connectTimeoutMs: firstSaid(layers, 'connectTimeoutMs'),
    readTimeoutMs: firstSaid(layers, 'readTimeoutMs'),
  };
}

function firstSaid(
  layers: readonly (TimeoutOptions | undefined)[],
  name: keyof TimeoutOptions,
): number | undefined {
  for (const layer of layers) {
    const value = layer?.[name];
    if (value !== undefined) {
      requireMilliseconds(name, value, 0);
      return value;
    }
  }
  return undefined;
}

/** Longest time a Node timer holds; anything above would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/** @throws RangeError unless the value is a number from `least` to what a timer can hold. */
export function requireMilliseconds(name: string, value: number, least: number): void {
  if (!(value >= least && value <= MAX_TIMER_MS)) {
    throw new RangeError(`${name} must be a number from ${least} to ${MAX_TIMER_MS}, got ${value}`);
  }
}
