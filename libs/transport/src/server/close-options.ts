import { callback, milliseconds, type OptionsOf } from '../options/option.js';
import type { AbortedCalls } from './method-router.js';

/** How long a server that closes waits. */
export const DRAIN_OPTIONS = {
  /**
   * Time in which everything goes on as before, in milliseconds: what discovery and probes need to stop sending callers here; 0 does not wait. Default 0.
   */
  drainDelayMs: milliseconds({ default: 0 }),
  /** Time for requests in flight to end once no more are accepted, in milliseconds; 0 does not wait. Default 5,000. Kitex: WithExitWaitTime. */
  drainTimeoutMs: milliseconds({ default: 5_000 }),
  /**
   * Time for open streams to end once no more are accepted, in milliseconds. Handlers learn of the shutdown before, by
   * `ctx.draining`; what is left is cancelled, has half a second to end, and is ended by its trailer with `server is shutting down`. Kitex
   * leaves streams to the end of the process.
   *
   * @defaultValue `drainTimeoutMs`
   */
  streamDrainMs: milliseconds(),
};

/** Options of {@link ServerTransport.close}. */
export const CLOSE_OPTIONS = {
  ...DRAIN_OPTIONS,
  /** Called with the requests that were not finished in time, before they are aborted: calls and streams separately. */
  onAbort: callback<(calls: readonly AbortedCalls[]) => void>(),
};

/** How a server is closed. */
export interface CloseOptions extends OptionsOf<typeof CLOSE_OPTIONS> {}
