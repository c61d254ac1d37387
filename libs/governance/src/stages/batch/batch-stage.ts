import type DataLoader from 'dataloader';
import type { RequestMethod } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import {
  nextAttempt,
  RpcTimeoutError,
  runOutsideCall,
  type Invoke,
  type Middleware,
  type OutgoingCall,
} from '@nestjs-thrift/transport';
import { refusedStreams, type Stage } from '../../chain/stage.js';
import { VISITED, VisitedInstances } from '../../chain/visited-instances.js';
import { monotonicClock } from '../../support/clock.js';
import {
  callback,
  callbackError,
  createCall,
  integer,
  milliseconds,
  type OptionsOf,
  plainAnswer,
  required,
  resolveOptions,
  text,
} from '@nestjs-thrift/transport/internal';
import { inheritedDeadline } from '../timeout/timeout-stage.js';

/** Options of merged calls. */
export const BATCH_OPTIONS = {
  /** Name of the bulk method in the IDL. */
  method: required(text()),
  /** Calls merged at most. */
  maxSize: integer({ min: 1, default: 100 }),
  /** How long a call may wait for others, in milliseconds. Default 0: only for calls made before the event loop goes on. */
  maxWaitMs: milliseconds({ max: 60_000, default: 0 }),
  /** The arguments of the bulk call, from those of the calls merged. If it throws, these calls fail with a CallbackError. */
  merge: required(callback<(calls: readonly FieldValues[]) => FieldValues>()),
  /** A result for each call, in their order; an `Error` fails that one call. If it throws, all calls fail with a CallbackError. */
  split: required(callback<(result: never, calls: readonly FieldValues[]) => readonly unknown[]>()),
};

/** Merges concurrent calls of a method into calls of a bulk method of the same service. */
export interface BatchOptions extends OptionsOf<typeof BATCH_OPTIONS> {}

const REFUSED_KINDS = {
  oneway: 'only results of a bulk call can be split',
  ...refusedStreams('only results of a bulk call can be split'),
};

interface Waiting {
  readonly call: OutgoingCall;
  readonly deadline: number;
  /** Ends the call before the bulk call does. */
  readonly reject: (error: Error) => void;
}

/**
 * Merges calls. Policies around a call (fallback, retry, breaker, timeout of the call, access rules) are those of its method. The
 * bulk call is a separate call: it goes through the policies of the bulk method, belongs to none of the requests being served, and
 * ends at the latest deadline of the callers. A call with its own settings (timeout, signal, metadata, context, address)
 * is not merged.
 *
 * @param bulk definition of the bulk method.
 * @param send the chain of the bulk method.
 * @param access rules of the method itself, which calls that are merged pass too.
 * @throws TypeError that names each wrong option.
 */
export function batchStage(
  options: BatchOptions,
  bulk: RequestMethod,
  send: Invoke,
  access?: Stage,
): Stage {
  const { maxSize, maxWaitMs } = resolveOptions('batch', BATCH_OPTIONS, options);
  const unary: Middleware = (next) => {
    const schedule = new BatchSchedule(maxSize, maxWaitMs);
    const create = async (): Promise<DataLoader<Waiting, unknown>> => {
      const { default: Loader } = await import('dataloader');
      return new Loader((waiting) => sendMerged(options, bulk, send, waiting), {
        cache: false,
        maxBatchSize: maxSize,
        batchScheduleFn: (run) => schedule.begin(run),
      });
    };
    let loader: Promise<DataLoader<Waiting, unknown>> | undefined;
    const join: Invoke = async (call) => {
      const deadline = inheritedDeadline(call);
      const batches = await (loader ??= create());
      return new Promise((resolve, reject) => {
        batches.load({ call, deadline, reject }).then(resolve, reject);
        schedule.joined();
      });
    };
    const merge = access === undefined ? join : access.unary(join);
    return (call) => (saysMore(call) ? next(call) : merge(call));
  };
  return { name: 'batch', unary, refuses: REFUSED_KINDS };
}

/** Runs a batch when it is full, or when its first call has waited long enough. */
class BatchSchedule {
  readonly #maxSize: number;
  readonly #maxWaitMs: number;
  #size = 0;
  #run: () => void = () => {};

  constructor(maxSize: number, maxWaitMs: number) {
    this.#maxSize = maxSize;
    this.#maxWaitMs = maxWaitMs;
  }

  begin(run: () => void): void {
    this.#size = 0;
    if (this.#maxWaitMs === 0) {
      // Run twice, a batch would be sent twice.
      const immediate = setImmediate(run);
      this.#run = () => {
        clearImmediate(immediate);
        run();
      };
      return;
    }
    const timer = setTimeout(run, this.#maxWaitMs);
    this.#run = () => {
      clearTimeout(timer);
      run();
    };
  }

  joined(): void {
    this.#size += 1;
    if (this.#size === this.#maxSize) {
      this.#run();
    }
  }
}

async function sendMerged(
  options: BatchOptions,
  bulk: RequestMethod,
  send: Invoke,
  waiting: readonly Waiting[],
): Promise<readonly unknown[]> {
  const { service } = waiting[0]!.call;
  const target = { service, method: bulk };
  const calls = waiting.map(({ call }) => call.args);
  const deadline = Math.max(...waiting.map((one) => one.deadline));
  const args = mergedArgs(options, target, calls);
  const merged = nextAttempt(createCall(service, bulk, args), {
    deadline,
    attempt: Math.max(...waiting.map(({ call }) => call.attempt)),
  });
  const visited = shareVisited(merged, waiting);
  const timers = endEarlier(waiting, deadline);
  try {
    const result = await runOutsideCall(() => send(merged));
    return resultsOf(options, target, result, calls);
  } finally {
    timers.forEach(clearTimeout);
    visited();
  }
}

/** The bulk call avoids the instances of earlier attempts; its own are noted for later ones. @returns what notes them. */
function shareVisited(merged: OutgoingCall, waiting: readonly Waiting[]): () => void {
  const records = waiting.flatMap(({ call }) => call.context.get(VISITED) ?? []);
  if (records.length === 0) {
    return () => {};
  }
  const shared = new VisitedInstances();
  shared.addresses.push(...new Set(records.flatMap(({ addresses }) => addresses)));
  const known = shared.addresses.length;
  merged.context.set(VISITED, shared);
  return () => {
    for (const record of records) {
      record.addresses.push(...shared.addresses.slice(known));
      record.choice = shared.choice;
    }
  };
}

/** Deadlines this close together end with the bulk call, so that the usual batch needs no timer. */
const SAME_DEADLINE_MS = 50;

function endEarlier(waiting: readonly Waiting[], latest: number): NodeJS.Timeout[] {
  return waiting
    .filter(({ deadline }) => deadline < latest - SAME_DEADLINE_MS)
    .map(({ call, deadline, reject }) => {
      const name = `${call.service.name}.${call.method.name}`;
      const error = () =>
        new RpcTimeoutError(
          call.timeoutMs ?? 0,
          `${name} did not end in time: the bulk call that it is part of goes on for callers with more time`,
        );
      const leftMs = Math.max(0, deadline - monotonicClock());
      return setTimeout(() => reject(error()), leftMs);
    });
}

function mergedArgs(
  { merge }: BatchOptions,
  target: Pick<OutgoingCall, 'service' | 'method'>,
  calls: readonly FieldValues[],
): FieldValues {
  try {
    return plainAnswer(merge(calls));
  } catch (error) {
    throw callbackError('batch.merge', target, error);
  }
}

function resultsOf(
  { split, method }: BatchOptions,
  target: Pick<OutgoingCall, 'service' | 'method'>,
  result: unknown,
  calls: readonly FieldValues[],
): readonly unknown[] {
  try {
    const results = plainAnswer(split(result as never, calls));
    if (results.length !== calls.length) {
      throw new TypeError(
        `split of a batch over ${method} must give ${calls.length} results, it gave ${results.length}`,
      );
    }
    return results;
  } catch (error) {
    throw callbackError('batch.split', target, error);
  }
}

function saysMore({ address, options }: OutgoingCall): boolean {
  return (
    address !== undefined ||
    options.signal !== undefined ||
    (options.timeoutMs ?? 0) > 0 ||
    options.attemptTimeoutMs !== undefined ||
    options.connectTimeoutMs !== undefined ||
    options.readTimeoutMs !== undefined ||
    options.metadata !== undefined ||
    options.persistentMetadata !== undefined ||
    options.onBackwardMetadata !== undefined ||
    options.context !== undefined
  );
}
