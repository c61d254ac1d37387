import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';

/**
 * One attempt of a call on its way down the chain of policies to the socket. A policy that changes something for the
 * rest of the way passes on a copy; what every attempt shares, it shares.
 */
export interface OutgoingCall {
  readonly service: ServiceDefinition;
  readonly method: MethodDefinition;
  /** One property per parameter of the method. */
  readonly args: FieldValues;
  /** Point of time on the clock of `performance.now()` when the call must have ended; `Infinity` for no limit. */
  readonly deadline: number;
  /**
   * The timeout the deadline came from, in milliseconds, as errors name it; 0 for none. `undefined` where the caller gives
   * none: then that of the policies applies.
   */
  readonly timeoutMs: number | undefined;
  /** Time for one attempt, in milliseconds; 0 for no limit. Part of `deadline` once the policies are applied. */
  readonly attemptTimeoutMs?: number;
  /** In milliseconds; 0 for no limit. */
  readonly connectTimeoutMs?: number;
  /** Longest silence of the peer, in milliseconds; 0 for no limit. Without it the transport's own applies. */
  readonly readTimeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly persistentMetadata?: Readonly<Record<string, string>>;
  /** The instance to call: `host:port` or `unix:/path`. Set by the caller or by balancing. */
  readonly address?: string;
  readonly onBackwardMetadata?: (values: ReadonlyMap<string, string>) => void;
  /** 0 for the first attempt, then counting up. Sent as `RPC_PERSIST_RetryReq` from 1 on. */
  readonly attempt?: number;
}

/** Something that carries out a call: the transport itself, or a policy in front of it. */
export type Invoke = (call: OutgoingCall) => Promise<unknown>;

/** Wraps an `Invoke` into one that does more. Composed once per method, never per call. */
export type Middleware = (next: Invoke) => Invoke;
