import {
  currentCall,
  type OutgoingCall,
  RpcTimeoutError,
  type Invoke,
  type Middleware,
} from '@nestjs-thrift/transport';
import { ownCall } from '../../chain/create-call-chain.js';
import { monotonicClock } from '../../support/clock.js';
import type { DynamicTimeout } from './dynamic-timeout.js';
import type { Timeouts } from './timeouts.js';

/**
 * When a call must have ended at the latest: at its own deadline, and not after the caller of the request being served
 * stops waiting.
 */
export function inheritedDeadline(call: OutgoingCall): number {
  return Math.min(call.deadline, currentCall()?.deadline ?? Infinity);
}

/**
 * Gives each attempt its deadline: the timeout the call names, else the one configured, but never later than the call's
 * own deadline or that of the request being served. Only a number is computed here; the transport enforces it, so no
 * timer exists per call. Below the retry stage this means a full timeout per attempt, as in Kitex.
 *
 * @param dynamic computes the RPC timeout in place of `timeouts.rpcTimeoutMs`, and learns from every call.
 */
export function timeoutStage(timeouts: Timeouts, dynamic?: DynamicTimeout): Middleware {
  return dynamic === undefined
    ? (next) => (call) => limit(next, call, timeouts, timeouts.rpcTimeoutMs, monotonicClock())
    : learningTimeoutStage(timeouts, dynamic);
}

function learningTimeoutStage(timeouts: Timeouts, dynamic: DynamicTimeout): Middleware {
  return (next) => (call) => {
    const startedAt = monotonicClock();
    return limit(next, call, timeouts, dynamic.timeoutMs, startedAt).then(
      (reply) => {
        dynamic.record(monotonicClock() - startedAt);
        return reply;
      },
      (error: unknown) => {
        if (error instanceof RpcTimeoutError) {
          dynamic.record(monotonicClock() - startedAt);
        }
        throw error;
      },
    );
  };
}

function limit(
  next: Invoke,
  call: OutgoingCall,
  { connectTimeoutMs, readWriteTimeoutMs }: Timeouts,
  rpcTimeoutMs: number,
  now: number,
): Promise<unknown> {
  const granted = call.timeoutMs > 0 ? call.timeoutMs : rpcTimeoutMs;
  const latest = inheritedDeadline(call);
  const ownDeadline = granted > 0 ? now + granted : Infinity;
  if (latest <= now) {
    return Promise.reject(tooLate(call, granted));
  }
  const attempt = ownCall(call);
  attempt.deadline = Math.min(latest, ownDeadline);
  // Told to the server, so it must be what is really left.
  attempt.timeoutMs = latest < ownDeadline ? Math.ceil(latest - now) : granted;
  attempt.connectTimeoutMs ??= connectTimeoutMs;
  attempt.readWriteTimeoutMs ??= readWriteTimeoutMs;
  return next(attempt);
}

function tooLate(call: OutgoingCall, timeoutMs: number): RpcTimeoutError {
  return new RpcTimeoutError(
    timeoutMs,
    `${call.service.name}.${call.method.name} was not sent: the deadline of its caller has passed`,
  );
}
