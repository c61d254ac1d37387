import {
  currentCall,
  nextAttempt,
  type Invoke,
  type Middleware,
  type OutgoingCall,
} from '@nestjs-thrift/transport';
import { refusedStreams, type Stage } from '../../chain/stage.js';
import { VISITED, VisitedInstances } from '../../chain/visited-instances.js';
import { Emitter, type Subscribe } from '../../support/emitter.js';
import { monotonicClock } from '../../support/clock.js';
import { inheritedDeadline } from '../timeout/timeout-stage.js';
import { hedge } from './hedge.js';
import { hedgeDelay, NO_DELAY, type HedgeDelay } from './hedge-delay.js';
import type { RetryBudget } from './retry-budget.js';
import { isIdempotent, outcomeOf, shouldRetryCall } from './retry-decision.js';
import { retryInTurn } from './retry-in-turn.js';
import type { ResolvedRetryOptions } from './retry-options.js';
import { countEnd, type Ended, type RetryRun, type RetryStopReason } from './retry-run.js';

/** Something a retry policy did. */
export type RetryEvent =
  | {
      readonly type: 'retry';
      readonly call: OutgoingCall;
      /** Number of the attempt that starts, from 1. */
      readonly attempt: number;
      /** Why, for an attempt that failed; absent when it is only late or its result was not good. */
      readonly error?: unknown;
    }
  | {
      readonly type: 'retry_stop';
      readonly call: OutgoingCall;
      readonly reason: RetryStopReason;
      readonly attempts: number;
    };

/** Tells listeners what retry policies do. */
export class RetryEvents {
  readonly #emitter = new Emitter<RetryEvent>();
  readonly onEvent: Subscribe<RetryEvent> = this.#emitter.event;

  emit(event: RetryEvent): void {
    this.#emitter.emit(event);
  }
}

/** Metadata by which a request tells that it is a retry, without its prefix: `RPC_PERSIST_RetryReq` on the wire. */
const RETRY_MARK = 'RetryReq';

const REFUSED_KINDS = {
  oneway: 'a backup request is decided by the first reply (use the type failure)',
  ...refusedStreams(
    'a stream is opened once at a time (use the type failure, which repeats the opening)',
  ),
};

/**
 * Repeats calls as their policy says. While serving a request that is a retry itself nothing is repeated (chain stop).
 *
 * Errors: that of the last attempt; RetryExhaustedError when the duration of the policy is used up; CancelledError when the
 * caller cancels during a wait.
 *
 * @param budget shared by all calls of the method.
 * @param delay before a backup request; shared by all calls of the method.
 */
export function retryStage(
  settings: ResolvedRetryOptions,
  budget: RetryBudget,
  events?: RetryEvents,
  delay: HedgeDelay = hedgeDelay(settings),
): Stage {
  const unary: Middleware = (next) => (call) => {
    if (settings.chainStop && currentCall()?.persistentMetadata.has(RETRY_MARK)) {
      return next(call);
    }
    if (settings.type === 'failure') {
      return tryInTurn(settings, budget, events, next, call);
    }
    if (!isIdempotent(settings.conditions, call)) {
      return sendUnhedged(settings, budget, events, next, call);
    }
    noteInstances(settings, call);
    return hedge(runOf(settings, budget, events, next, call, delay));
  };
  return settings.type === 'failure'
    ? { name: 'retry', unary }
    : { name: 'retry', unary, refuses: REFUSED_KINDS };
}

/** A call that must not be sent twice: of a mixed policy only the retries of what was never sent remain. */
function sendUnhedged(
  settings: ResolvedRetryOptions,
  budget: RetryBudget,
  events: RetryEvents | undefined,
  next: Invoke,
  call: OutgoingCall,
): Promise<unknown> {
  return settings.type === 'mixed' ? tryInTurn(settings, budget, events, next, call) : next(call);
}

/** The usual call succeeds at once: nothing is prepared for additional attempts before one is needed. */
function tryInTurn(
  settings: ResolvedRetryOptions,
  budget: RetryBudget,
  events: RetryEvents | undefined,
  next: Invoke,
  call: OutgoingCall,
): Promise<unknown> {
  noteInstances(settings, call);
  const startedAt = settings.maxDurationMs > 0 ? monotonicClock() : 0;
  const goOn = (ended: Ended<unknown>): Promise<unknown> => {
    const run = runOf(settings, budget, events, next, call, NO_DELAY);
    countEnd(run, ended);
    return retryInTurn(run, ended, startedAt);
  };
  budget.started(settings, false);
  return next(call).then(
    settings.conditions.retryResult === undefined
      ? (value) => {
          budget.ended(settings, 'success');
          return value;
        }
      : (value) => goOn({ value }),
    (error: unknown) => goOn({ error }),
  );
}

/** The instances of all attempts are noted in one list, unless a retry may go anywhere. */
function noteInstances(settings: ResolvedRetryOptions, { context }: OutgoingCall): void {
  if (!settings.retrySameInstance) {
    context.set(VISITED, new VisitedInstances());
  }
}

function runOf(
  settings: ResolvedRetryOptions,
  budget: RetryBudget,
  events: RetryEvents | undefined,
  next: Invoke,
  call: OutgoingCall,
  delay: HedgeDelay,
): RetryRun<unknown> {
  const { conditions, type } = settings;
  return {
    settings,
    budget,
    delay,
    attempt: (attempt, signal) =>
      next(attempt === 0 && signal === call.signal ? call : nextAttempt(call, { attempt, signal })),
    shouldRetry: (ended) => type !== 'backup' && shouldRetryCall(conditions, call, ended),
    classify: (ended) => outcomeOf(ended, call.method),
    deadline: inheritedDeadline(call),
    signal: call.signal,
    clock: monotonicClock,
    onRetry: events && ((attempt, last) => events.emit(retried(call, attempt, last))),
    onStop:
      events && ((reason, attempts) => events.emit({ type: 'retry_stop', call, reason, attempts })),
  };
}

function retried(
  call: OutgoingCall,
  attempt: number,
  last: Ended<unknown> | undefined,
): RetryEvent {
  return last !== undefined && 'error' in last
    ? { type: 'retry', call, attempt, error: last.error }
    : { type: 'retry', call, attempt };
}
