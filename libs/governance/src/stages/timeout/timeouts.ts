import { milliseconds, type OptionsOf } from '@nestjs-thrift/transport/internal';

/** Options of the timeouts of a call. */
export const TIMEOUT_OPTIONS = {
  /** Time for a call as a whole, retries included, in milliseconds; 0 for none. @defaultValue 0 */
  timeoutMs: milliseconds(),
  /**
   * Time for one attempt from choosing the instance to the reply, or what is left of the call if that is less, in milliseconds; 0 for
   * none. Kitex: WithRPCTimeout and `rpc_timeout_ms`, default none.
   *
   * @defaultValue 3,000
   */
  attemptTimeoutMs: milliseconds(),
  /**
   * Time to connect, in milliseconds; 0 for none. Kitex: WithConnectTimeout and `conn_timeout_ms`, default 50.
   *
   * @defaultValue that of the connections, 500
   */
  connectTimeoutMs: milliseconds(),
  /**
   * Longest silence of the peer while the reply is awaited, in milliseconds; 0 for no limit. Kitex has no such option on clients; it
   * reads for the RPC timeout and 5 ms.
   *
   * @defaultValue that of the connections
   */
  readTimeoutMs: milliseconds(),
};

/** The timeouts of a call, in milliseconds. Missing values are taken from the next layer. */
export interface TimeoutOptions extends OptionsOf<typeof TIMEOUT_OPTIONS> {}

/** Timeouts with every layer applied; what is left out is up to the transport. */
export interface Timeouts extends TimeoutOptions {
  readonly timeoutMs: number;
  readonly attemptTimeoutMs: number;
}

/** The defaults. */
export const DEFAULT_TIMEOUTS: Timeouts = { timeoutMs: 0, attemptTimeoutMs: 3_000 };

/** Merges layers of timeouts, value by value: the first layer that sets a value wins. */
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
      return value;
    }
  }
  return undefined;
}
