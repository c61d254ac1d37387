import { setMaxListeners } from 'node:events';
import { ThriftRpcError } from '@nestjs-thrift/codec';
import { exitCodeOf, failureMessage } from '../../connection/failure-message.js';
import { CommandFailure } from '../../terminal/exit-codes.js';
import { printable, type CommandIo } from '../../terminal/terminal.js';
import type { BenchCommandOptions } from './bench-options.js';
import { failureClass, Measurements, type Summary } from './measurements.js';
import { showProgress, runLoad, type Load } from './run-load.js';

/** Sends one call; rejects with the error of the call. */
type Call = (sequence: number, signal: AbortSignal) => Promise<unknown>;

/**
 * Warms up, then measures. Ctrl-C ends it with what there is so far; calls it cut off are not counted.
 *
 * @throws CommandFailure if the very first call finds no connection
 */
export async function measureLoad(
  call: Call,
  options: BenchCommandOptions,
  io: CommandIo,
): Promise<Summary> {
  const { concurrency, rate, requests, duration, warmup } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([io.signal, stop.signal]);
  // Every call in flight listens.
  setMaxListeners(0, signal);
  let fault: unknown;
  let ended = 0;
  let firstError: string | undefined;
  const attempt = async (sequence: number): Promise<string | undefined> => {
    const failure = await call(sequence, signal).then(
      () => undefined,
      (error: unknown) => {
        if (ended === 0 && isConnectFailure(error)) {
          fault ??= cannotConnect(error);
        }
        const failure = classify(error);
        firstError ??= describe(error, failure);
        return failure;
      },
    );
    ended += 1;
    if (fault !== undefined) {
      stop.abort();
    }
    return failure;
  };
  const classify = (error: unknown): string | undefined => {
    try {
      return failureClass(error);
    } catch (unexpected) {
      fault ??= unexpected;
      return undefined;
    }
  };
  if (warmup > 0) {
    await runLoad({ concurrency, requests: warmup, signal }, async (sequence) => {
      await attempt(sequence);
    });
  }
  const load: Load = {
    concurrency,
    signal,
    ...(rate === undefined ? {} : { rate }),
    ...(duration === undefined ? { requests } : { durationMs: duration * 1000 }),
  };
  const measurements = new Measurements();
  const hide = showProgress(measurements, io);
  const startMs = performance.now();
  try {
    await runLoad(load, async (sequence, intendedMs) => {
      const failure = await attempt(warmup + sequence);
      if (failure === 'CANCELLED' && signal.aborted) {
        return;
      }
      const nowMs = performance.now();
      measurements.add(nowMs - intendedMs, nowMs - startMs, failure);
    });
  } finally {
    hide();
  }
  if (fault !== undefined) {
    throw fault;
  }
  const summary = measurements.summary(performance.now() - startMs);
  return firstError === undefined ? summary : { ...summary, firstError };
}

/** A connection that stands only to be refused, as for a certificate under TLS 1.3, is none. */
function isConnectFailure(error: unknown): error is ThriftRpcError {
  return (
    error instanceof ThriftRpcError &&
    (error.code === 'CONNECT_FAILED' || error.code === 'NOT_SENT')
  );
}

function cannotConnect(error: ThriftRpcError): CommandFailure {
  return new CommandFailure(exitCodeOf(error), textOf(error));
}

function textOf(error: ThriftRpcError): string {
  return `${error.code}: ${failureMessage(error)}`;
}

/** The text of an error; calls that Ctrl-C ended have none. */
function describe(error: unknown, failure: string | undefined): string | undefined {
  if (failure === undefined || failure === 'CANCELLED') {
    return undefined;
  }
  return error instanceof ThriftRpcError
    ? textOf(error)
    : `${failure}: ${printable((error as Error).message)}`;
}
