import {
  callback,
  computedMilliseconds,
  isObject,
  object,
  option,
  type OptionsOf,
  text,
} from '../options/option.js';
import type { CallContext } from './call-context.js';

/** Options that calls and streams have. */
export const COMMON_CALL_OPTIONS = {
  /** Time to connect, in milliseconds; 0 for no limit. Kitex: callopt.WithConnectTimeout. @defaultValue that of the client */
  connectTimeoutMs: computedMilliseconds(),
  /** Cancels the call: it ends with a CancelledError and what still comes is dropped. @defaultValue none */
  signal: option<AbortSignal>(
    'an AbortSignal',
    (value) => isObject(value) && typeof (value as AbortSignal).addEventListener === 'function',
  ),
  /** Values for the callee only, not for the services that it calls (`RPC_TRANSIT_` over TTHeader). Kitex: metainfo.WithValue. */
  metadata: texts(),
  /** Values forwarded on every further hop (`RPC_PERSIST_`). Kitex: metainfo.WithPersistentValue. */
  persistentMetadata: texts(),
  /** Calls this `host:port` or `unix:/path` instead of one that discovery found. Kitex: callopt.WithHostPort. */
  address: text(),
  /**
   * Values for middlewares, policies and observers of this process. The call starts with a copy of them, so that one object may be
   * given to several calls; what is written to the copy does not come back. Kitex: values of the `context.Context`.
   *
   * @defaultValue none
   */
  context: object<CallContext>('a CallContext'),
};

/** Options of one call. */
export const CALL_OPTIONS = {
  /** Time for the call as a whole, retries included, in milliseconds; 0 for no limit. @defaultValue that of the client, none */
  timeoutMs: computedMilliseconds(),
  /**
   * When the call must have ended at the latest, on the clock of `performance.now()`. It only shortens what the timeouts say: for
   * callers who wait until then themselves. @defaultValue none
   */
  deadline: option<number>(
    'a time of performance.now()',
    (value) => typeof value === 'number' && !Number.isNaN(value),
  ),
  /**
   * Time for one attempt, in milliseconds; 0 for no limit. An attempt ends with the call too, whichever comes first. Kitex:
   * callopt.WithRPCTimeout.
   *
   * @defaultValue that of the client, 3,000
   */
  attemptTimeoutMs: computedMilliseconds(),
  /** Longest silence of the peer while the reply is awaited, in milliseconds; 0 for no limit. @defaultValue that of the client */
  readTimeoutMs: computedMilliseconds(),
  ...COMMON_CALL_OPTIONS,
  /**
   * Receives the values the server sent back with its reply. What it throws is reported and does not change the outcome of the call.
   * Kitex: metainfo.WithBackwardValues.
   */
  onBackwardMetadata: callback<(values: ReadonlyMap<string, string>) => void>(),
};

/** What a caller may say about one call. */
export interface CallOptions extends OptionsOf<typeof CALL_OPTIONS> {}

/** Values of metadata. Not `recordOf`, which makes a copy for each call. */
function texts() {
  return option<Readonly<Record<string, string>>>('an object whose values are strings', (value) => {
    if (!isObject(value)) {
      return false;
    }
    const values = value as Readonly<Record<string, unknown>>;
    for (const name in values) {
      if (typeof values[name] !== 'string') {
        return false;
      }
    }
    return true;
  });
}
