import {
  currentCall,
  nextAttempt,
  type OutgoingCall,
  RpcTimeoutError,
  type Invoke,
  type Middleware,
} from '@nestjs-thrift/transport';
import type { Stage } from '../../chain/stage.js';
import { monotonicClock } from '../../support/clock.js';
import type { DynamicTimeout } from './dynamic-timeout.js';
import type { Timeouts } from './timeouts.js';

type AttemptTimeouts = Omit<Timeouts, 'timeoutMs'>;

/**
 * When a call must have ended at the latest: at its own deadline, and not after the caller of the request being served
 * stops waiting.
 */
export function inheritedDeadline(call: OutgoingCall): number {
  return Math.min(call.deadline, currentCall()?.deadline ?? Infinity);
}

/** Gives calls that name no timeout of their own the one configured for the call as a whole; belongs above the retries. */
export function callTimeoutStage(timeoutMs: number): Stage | undefined {
  if (timeoutMs === 0) {
    return undefined;
  }
  const unary: Middleware = (next) => (call) => {
    if (call.timeoutMs !== undefined) {
      return next(call);
    }
    const deadline = Math.min(call.deadline, monotonicClock() + timeoutMs);
    return next(nextAttempt(call, { deadline, timeoutMs }));
  };
  return { name: 'timeout', unary };
}

/**
 * Gives each attempt its deadline: the attempt timeout the call names, else the one configured, but never later than the
 * call's own deadline or that of the request being served. Only a number is computed here; the transport enforces it, so no
 * timer exists per call. Below the retry stage this means a full timeout per attempt, as in Kitex, while the call lasts.
 *
 * @param dynamic computes the attempt timeout in place of `timeouts.attemptTimeoutMs`, and learns from every call.
 */
export function timeoutStage(timeouts: AttemptTimeouts, dynamic?: DynamicTimeout): Stage {
  const unary: Middleware =
    dynamic === undefined
      ? (next) => (call) => limit(next, call, timeouts, timeouts.attemptTimeoutMs, monotonicClock())
      : learningTimeouts(timeouts, dynamic);
  return { name: 'timeout', unary };
}

function learningTimeouts(timeouts: AttemptTimeouts, dynamic: DynamicTimeout): Middleware {
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
  { connectTimeoutMs, readTimeoutMs }: AttemptTimeouts,
  attemptTimeoutMs: number,
  now: number,
): Promise<unknown> {
  const granted = call.attemptTimeoutMs ?? attemptTimeoutMs;
  const latest = inheritedDeadline(call);
  const ownDeadline = granted > 0 ? now + granted : Infinity;
  if (latest <= now) {
    return Promise.reject(tooLate(call, call.timeoutMs || granted));
  }
  const attempt = nextAttempt(call, {
    deadline: Math.min(latest, ownDeadline),
    // Sent to the server, so it must be the remaining time.
    timeoutMs: latest < ownDeadline ? Math.ceil(latest - now) : granted,
    connectTimeoutMs: call.connectTimeoutMs ?? connectTimeoutMs,
    readTimeoutMs: call.readTimeoutMs ?? readTimeoutMs,
  });
  return next(attempt);
}

function tooLate(call: OutgoingCall, timeoutMs: number): RpcTimeoutError {
  return new RpcTimeoutError(
    timeoutMs,
    `${call.service.name}.${call.method.name} was not sent: the deadline of its caller has passed`,
  );
}
