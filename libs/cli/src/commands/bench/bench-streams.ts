import { setMaxListeners } from 'node:events';
import type {
  ClientTransport,
  Messages,
  ServerStream,
  StreamOptions,
} from '@nestjs-thrift/transport';
import { createStreamInvoker } from '@nestjs-thrift/transport/internal';
import type { CommandIo } from '../../terminal/terminal.js';
import type { StreamingMethod } from '../../values/method-shapes.js';
import { scheduleOf, type BenchCommandOptions } from './bench-options.js';
import { LatencyHistogram, type Latency } from './latency-histogram.js';
import { failureOf } from './measurements.js';
import type { ArgumentsOf } from './payloads.js';
import { runLoad } from './run-load.js';

/** Messages of a client that sends a stream, unless `--messages` says otherwise. */
const DEFAULT_MESSAGES = 1000;

/** What a run over streams has measured. */
export interface StreamSummary {
  readonly interrupted: boolean;
  readonly seconds: number;
  readonly streams: {
    readonly opened: number;
    /** Due by the rate, and not opened, because `--streams` were open. */
    readonly dropped: number;
    readonly ended: number;
    /** Left after `--messages`, or at the end of the run. */
    readonly cancelled: number;
    readonly errors: Readonly<
      Record<string, { readonly streams: number; readonly firstError: string }>
    >;
  };
  readonly messages: { readonly sent: number; readonly received: number };
  /** Messages per second, both directions together. */
  readonly throughput: number;
  /** To the first message of the server: from the opening, with a rate from when that was due. */
  readonly firstMessageMs: Latency;
  /** Between two messages of the server. */
  readonly betweenMessagesMs: Latency;
}

/** What streams are opened with. */
export interface StreamLoad {
  readonly method: StreamingMethod;
  readonly address: string;
  readonly argumentsOf: ArgumentsOf;
  readonly transport: ClientTransport;
  readonly options: BenchCommandOptions;
  /** Streams in all; `Infinity` where a duration ends the run. */
  readonly total: number;
}

/**
 * Opens streams, at most `--streams` at once and as the rate says, until there are enough, the time is over or Ctrl-C ends the run.
 */
export async function benchStreams(load: StreamLoad, io: CommandIo): Promise<StreamSummary> {
  const run = new StreamRun(load, io.signal);
  return run.measure();
}

class StreamRun {
  readonly #load: StreamLoad;
  readonly #signal: AbortSignal;
  readonly #open: (...given: unknown[]) => unknown;
  readonly #firstMessage = new LatencyHistogram();
  readonly #betweenMessages = new LatencyHistogram();
  readonly #errors = new Map<string, { streams: number; firstError: string }>();
  #opened = 0;
  #ended = 0;
  #cancelled = 0;
  #sent = 0;
  #received = 0;

  constructor(load: StreamLoad, signal: AbortSignal) {
    const { method, transport } = load;
    this.#load = load;
    this.#signal = signal;
    setMaxListeners(0, signal);
    this.#open = createStreamInvoker(
      method.service,
      method.definition,
      (call) => transport.openStream(call),
      { recvTimeoutMs: transport.recvTimeoutMs },
    );
  }

  async measure(): Promise<StreamSummary> {
    const { options, total } = this.#load;
    const schedule = scheduleOf({ ...options, requests: total });
    const durationMs = options.stages === undefined ? options.duration : schedule?.periodMs;
    const startedAt = performance.now();
    const endsAt = startedAt + (durationMs ?? Infinity);
    const load = {
      concurrency: options.streams,
      signal: this.#signal,
      ...(schedule && { schedule }),
      ...(durationMs === undefined ? { requests: total } : { durationMs }),
    };
    await runLoad(load, (sequence, dueAt) => {
      this.#opened += 1;
      return this.#stream(sequence, dueAt, endsAt);
    });
    const elapsedMs = performance.now() - startedAt;
    const due = this.#signal.aborted ? schedule?.dueBy(elapsedMs) : schedule?.due;
    return this.#summary(elapsedMs / 1000, Math.max(0, (due ?? 0) - this.#opened));
  }

  /** Returns whether it found no connection. */
  async #stream(sequence: number, dueAt: number, endsAt: number): Promise<boolean> {
    try {
      await this.#run(sequence, dueAt, endsAt);
      return false;
    } catch (error) {
      if (this.#signal.aborted) {
        this.#cancelled += 1;
        return false;
      }
      const { name, message } = failureOf(error);
      const known = this.#errors.get(name);
      if (known === undefined) {
        this.#errors.set(name, { streams: 1, firstError: message });
      } else {
        known.streams += 1;
      }
      return name === 'CONNECT_FAILED';
    }
  }

  async #run(sequence: number, dueAt: number, endsAt: number): Promise<void> {
    const { definition } = this.#load.method;
    const options = this.#streamOptions();
    if (definition.kind === 'client') {
      await (this.#open(this.#messages(sequence, endsAt), options) as Promise<unknown>);
      this.#firstMessage.record(performance.now() - dueAt);
      this.#received += 1;
      this.#ended += 1;
      return;
    }
    const given =
      definition.kind === 'server' ? this.#message(sequence) : this.#messages(sequence, endsAt);
    const stream = this.#open(given, options) as ServerStream<unknown>;
    const most =
      definition.kind === 'server' ? (this.#load.options.messages ?? Infinity) : Infinity;
    if (definition.kind === 'server') {
      this.#sent += 1;
    }
    if (await this.#receive(stream, dueAt, most, endsAt)) {
      this.#ended += 1;
    } else {
      this.#cancelled += 1;
    }
  }

  /** Returns whether the stream came to its end. */
  async #receive(
    stream: ServerStream<unknown>,
    dueAt: number,
    most: number,
    endsAt: number,
  ): Promise<boolean> {
    let count = 0;
    let last = dueAt;
    for await (const _ of stream) {
      const now = performance.now();
      (count === 0 ? this.#firstMessage : this.#betweenMessages).record(now - last);
      last = now;
      count += 1;
      this.#received += 1;
      if (count >= most || now >= endsAt) {
        return false;
      }
    }
    return true;
  }

  async *#messages(sequence: number, endsAt: number): Messages<unknown> & AsyncGenerator<unknown> {
    const { messages = DEFAULT_MESSAGES } = this.#load.options;
    for (let index = 0; index < messages && performance.now() < endsAt; index++) {
      this.#sent += 1;
      yield this.#message((sequence - 1) * messages + index + 1);
    }
  }

  #message(sequence: number): unknown {
    const [name = ''] = this.#load.method.definition.parameters;
    return this.#load.argumentsOf(sequence)[name];
  }

  #streamOptions(): StreamOptions {
    const { address, options } = this.#load;
    return {
      address,
      signal: this.#signal,
      metadata: options.metadata,
      persistentMetadata: options.persistent,
    };
  }

  #summary(seconds: number, dropped: number): StreamSummary {
    const rounded = (value: number) => Math.round(value * 1000) / 1000;
    return {
      interrupted: this.#signal.aborted,
      seconds: rounded(seconds),
      streams: {
        opened: this.#opened,
        dropped,
        ended: this.#ended,
        cancelled: this.#cancelled,
        errors: Object.fromEntries(this.#errors),
      },
      messages: { sent: this.#sent, received: this.#received },
      throughput: rounded((this.#sent + this.#received) / seconds),
      firstMessageMs: this.#firstMessage.latency(),
      betweenMessagesMs: this.#betweenMessages.latency(),
    };
  }
}
