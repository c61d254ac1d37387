/** The timeouts of a call, in milliseconds. What is left out comes from the next layer. */
export interface TimeoutOptions {
  /**
   * Time for one attempt from choosing the instance to the reply; 0 for none. Default 3,000. Kitex: WithRPCTimeout and
   * `rpc_timeout_ms`, default none.
   */
  readonly rpcTimeoutMs?: number;
  /** Time to connect; above 0. Default 500. Kitex: WithConnectTimeout and `conn_timeout_ms`, default 50. */
  readonly connectTimeoutMs?: number;
}

/** Timeouts with every layer applied. */
export type Timeouts = Required<TimeoutOptions>;

/** What holds where nothing else is said. */
export const DEFAULT_TIMEOUTS: Timeouts = { rpcTimeoutMs: 3_000, connectTimeoutMs: 500 };

/**
 * Merges layers of timeouts, value by value: the first layer that says one wins.
 *
 * @throws RangeError if a value is no number of milliseconds a timer can hold.
 */
export function resolveTimeouts(...layers: readonly (TimeoutOptions | undefined)[]): Timeouts {
  const rpcTimeoutMs = firstSaid(layers, 'rpcTimeoutMs');
  const connectTimeoutMs = firstSaid(layers, 'connectTimeoutMs');
  requireMilliseconds('rpcTimeoutMs', rpcTimeoutMs, 0);
  requireMilliseconds('connectTimeoutMs', connectTimeoutMs, 1);
  return { rpcTimeoutMs, connectTimeoutMs };
}

function firstSaid(
  layers: readonly (TimeoutOptions | undefined)[],
  name: keyof TimeoutOptions,
): number {
  for (const layer of layers) {
    const value = layer?.[name];
    if (value !== undefined) {
      return value;
    }
  }
  return DEFAULT_TIMEOUTS[name];
}

/** Longest time a Node timer holds; anything above would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/** @throws RangeError unless the value is a number from `least` to what a timer can hold. */
export function requireMilliseconds(name: string, value: number, least: number): void {
  if (!(value >= least && value <= MAX_TIMER_MS)) {
    throw new RangeError(`${name} must be a number from ${least} to ${MAX_TIMER_MS}, got ${value}`);
  }
}
