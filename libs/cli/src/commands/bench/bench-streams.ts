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
import type { BenchCommandOptions } from './bench-options.js';
import { LatencyHistogram, type Latency } from './latency-histogram.js';
import { failureOf } from './measurements.js';
import type { ArgumentsOf } from './payloads.js';

/** Messages of a client that sends a stream, unless `--messages` says otherwise. */
const DEFAULT_MESSAGES = 1000;

/** What a run over streams has measured. */
export interface StreamSummary {
  readonly interrupted: boolean;
  readonly seconds: number;
  readonly streams: {
    readonly opened: number;
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
  /** From the opening to the first message of the server. */
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

/** Opens streams, at most `--streams` at once, until there are enough, the time is over or Ctrl-C ends the run. */
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
    const startedAt = performance.now();
    const endsAt = startedAt + (options.duration ?? Infinity);
    const worker = async (): Promise<void> => {
      while (this.#opened < total && !this.#signal.aborted && performance.now() < endsAt) {
        this.#opened += 1;
        await this.#stream(this.#opened, endsAt);
      }
    };
    await Promise.all(Array.from({ length: Math.min(options.streams, total) }, worker));
    return this.#summary((performance.now() - startedAt) / 1000);
  }

  async #stream(sequence: number, endsAt: number): Promise<void> {
    try {
      await this.#run(sequence, endsAt);
    } catch (error) {
      if (this.#signal.aborted) {
        this.#cancelled += 1;
        return;
      }
      const { name, message } = failureOf(error);
      const known = this.#errors.get(name);
      if (known === undefined) {
        this.#errors.set(name, { streams: 1, firstError: message });
      } else {
        known.streams += 1;
      }
    }
  }

  async #run(sequence: number, endsAt: number): Promise<void> {
    const { definition } = this.#load.method;
    const options = this.#streamOptions();
    const openedAt = performance.now();
    if (definition.kind === 'client') {
      await (this.#open(this.#messages(sequence, endsAt), options) as Promise<unknown>);
      this.#firstMessage.record(performance.now() - openedAt);
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
    if (await this.#receive(stream, openedAt, most, endsAt)) {
      this.#ended += 1;
    } else {
      this.#cancelled += 1;
    }
  }

  /** Returns whether the stream came to its end. */
  async #receive(
    stream: ServerStream<unknown>,
    openedAt: number,
    most: number,
    endsAt: number,
  ): Promise<boolean> {
    let count = 0;
    let last = openedAt;
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

  #summary(seconds: number): StreamSummary {
    const rounded = (value: number) => Math.round(value * 1000) / 1000;
    return {
      interrupted: this.#signal.aborted,
      seconds: rounded(seconds),
      streams: {
        opened: this.#opened,
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
