import type DataLoader from 'dataloader';
import type { RequestMethod } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import {
  nextAttempt,
  runOutsideCall,
  type Invoke,
  type Middleware,
  type OutgoingCall,
} from '@nestjs-thrift/transport';
import { refusedStreams, type Stage } from '../../chain/stage.js';
import { callbackError, createCall, plainAnswer } from '@nestjs-thrift/transport/internal';
import { inheritedDeadline } from '../timeout/timeout-stage.js';

/** Merges concurrent calls of a method into calls of a bulk method of the same service. */
export interface BatchOptions {
  /** Name of the bulk method in the IDL. */
  readonly method: string;
  /** Calls merged at most. Default 100. */
  readonly maxSize?: number;
  /** How long a call may wait for others, in milliseconds. Default 0: only for calls made before the event loop goes on. */
  readonly maxWaitMs?: number;
  /** The arguments of the bulk call, from those of the calls merged. If it throws, these calls fail with a CallbackError. */
  readonly merge: (calls: readonly FieldValues[]) => FieldValues;
  /** A result for each call, in their order; an `Error` fails that one call. If it throws, all calls fail with a CallbackError. */
  readonly split: (result: never, calls: readonly FieldValues[]) => readonly unknown[];
}

const REFUSED_KINDS = {
  oneway: 'only results of a bulk call can be split',
  ...refusedStreams('only results of a bulk call can be split'),
};

interface Waiting {
  readonly args: FieldValues;
  readonly deadline: number;
}

/**
 * Merges calls. The bulk call is one of its own: it goes through the policies of the bulk method, belongs to none of the
 * requests being served, and ends at the latest deadline of the callers. A call that says something of its own (timeout,
 * signal, metadata, context, address) is not merged.
 *
 * @param bulk definition of the bulk method.
 * @param send the chain of the bulk method.
 * @throws RangeError for options out of range.
 */
export function batchStage(options: BatchOptions, bulk: RequestMethod, send: Invoke): Stage {
  const { maxSize = 100, maxWaitMs = 0 } = options;
  if (!Number.isSafeInteger(maxSize) || maxSize < 1) {
    throw new RangeError(`maxSize of a batch must be a whole number of 1 or more, got ${maxSize}`);
  }
  if (!(maxWaitMs >= 0 && maxWaitMs <= 60_000)) {
    throw new RangeError(`maxWaitMs of a batch must be from 0 to 60000, got ${maxWaitMs}`);
  }
  const unary: Middleware = (next) => {
    let service: OutgoingCall['service'];
    const schedule = new BatchSchedule(maxSize, maxWaitMs);
    const create = async (): Promise<DataLoader<Waiting, unknown>> => {
      const { default: Loader } = await import('dataloader');
      return new Loader(
        (waiting) => sendMerged(options, { service, method: bulk }, send, waiting),
        {
          cache: false,
          maxBatchSize: maxSize,
          batchScheduleFn: (run) => schedule.begin(run),
        },
      );
    };
    let loader: Promise<DataLoader<Waiting, unknown>> | undefined;
    return async (call) => {
      if (saysMore(call)) {
        return next(call);
      }
      service = call.service;
      const waiting = { args: call.args, deadline: inheritedDeadline(call) };
      loader ??= create();
      const loaded = (await loader).load(waiting);
      schedule.joined();
      return loaded;
    };
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
  target: Pick<OutgoingCall, 'service' | 'method'>,
  send: Invoke,
  waiting: readonly Waiting[],
): Promise<readonly unknown[]> {
  const calls = waiting.map(({ args }) => args);
  const deadline = Math.max(...waiting.map((one) => one.deadline));
  const args = mergedArgs(options, target, calls);
  const merged = nextAttempt(createCall(target.service, target.method, args), { deadline });
  const result = await runOutsideCall(() => send(merged));
  return resultsOf(options, target, result, calls);
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

function saysMore(call: OutgoingCall): boolean {
  const { options } = call;
  return (
    call.address !== undefined ||
    call.signal !== undefined ||
    (call.timeoutMs ?? 0) > 0 ||
    call.attemptTimeoutMs !== undefined ||
    call.connectTimeoutMs !== undefined ||
    call.readTimeoutMs !== undefined ||
    options.metadata !== undefined ||
    options.persistentMetadata !== undefined ||
    options.onBackwardMetadata !== undefined ||
    options.context !== undefined
  );
}
