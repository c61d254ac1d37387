import type { CallContext } from './call-context.js';

/** What a caller may say about one call. */
export interface CallOptions {
  /** Time for the call as a whole, retries included, in milliseconds; 0 for no limit. @defaultValue that of the client, none */
  readonly timeoutMs?: number;
  /**
   * When the call must have ended at the latest, on the clock of `performance.now()`. It only shortens what the timeouts say: for
   * callers who wait until then themselves. @defaultValue none
   */
  readonly deadline?: number;
  /**
   * Time for one attempt, in milliseconds; 0 for no limit. An attempt ends with the call too, whichever comes first. Kitex:
   * callopt.WithRPCTimeout.
   *
   * @defaultValue that of the client, 3,000
   */
  readonly attemptTimeoutMs?: number;
  /** Time to connect, in milliseconds; 0 for no limit. Kitex: callopt.WithConnectTimeout. @defaultValue that of the client */
  readonly connectTimeoutMs?: number;
  /** Longest silence of the peer while the reply is awaited, in milliseconds; 0 for no limit. @defaultValue that of the client */
  readonly readTimeoutMs?: number;
  /** Cancels the call: the promise rejects with a CancelledError and a reply that still comes is dropped. */
  readonly signal?: AbortSignal;
  /** Values for the callee only, not for the services that it calls (`RPC_TRANSIT_` over TTHeader). Kitex: metainfo.WithValue. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Values forwarded on every further hop (`RPC_PERSIST_`). Kitex: metainfo.WithPersistentValue. */
  readonly persistentMetadata?: Readonly<Record<string, string>>;
  /** Calls this `host:port` or `unix:/path` instead of one that discovery found. Kitex: callopt.WithHostPort. */
  readonly address?: string;
  /**
   * Receives the values the server sent back with its reply. What it throws is reported and does not change the outcome of the call.
   * Kitex: metainfo.WithBackwardValues.
   */
  readonly onBackwardMetadata?: (values: ReadonlyMap<string, string>) => void;
  /**
   * Values for middlewares, policies and observers of this process. The call starts with a copy of them, so that one object may be
   * given to several calls; what is written to the copy does not come back. Kitex: values of the `context.Context`.
   *
   * @defaultValue none
   */
  readonly context?: CallContext;
}
