import { timerWheel } from '../timer/timer-wheel.js';
import type { ServerContext } from './served-call.js';
import type { ServedStream } from './served-stream.js';

/** Reports streams of a connection whose handlers let messages wait, each of them once. */
export class HandlerStalls {
  readonly #context: ServerContext;
  readonly #streams: ReadonlyMap<number, ServedStream>;
  /** Messages that handlers had taken at the last look, of streams whose messages waited. */
  #taken = new Map<ServedStream, number>();
  readonly #reported = new WeakSet<ServedStream>();
  readonly #timer = timerWheel.timer((now) => this.#look(now));

  constructor(context: ServerContext, streams: ReadonlyMap<number, ServedStream>) {
    this.#context = context;
    this.#streams = streams;
  }

  /** A message has come for the handler of a stream. */
  received(stream: ServedStream): void {
    const limitMs = this.#limitMs;
    if (limitMs > 0 && this.#timer.dueTick === Infinity && stream.requests.size > 0) {
      this.#timer.arm(performance.now() + limitMs);
    }
  }

  get #limitMs(): number {
    return this.#context.options.streams.handlerStallWarnMs;
  }

  /** Compares what was taken since the last look, so that no message needs a clock; returns when to look again. */
  #look(now: number): number {
    const stalledMs = this.#limitMs;
    const before = this.#taken;
    this.#taken = new Map();
    for (const stream of this.#streams.values()) {
      const { size: messages, bytes } = stream.requests;
      if (messages === 0) {
        continue;
      }
      const taken = stream.messagesIn - messages;
      this.#taken.set(stream, taken);
      if (before.get(stream) === taken && !this.#reported.has(stream)) {
        this.#reported.add(stream);
        this.#context.observers.streamHandlerStalled(stream, { messages, bytes, stalledMs });
      }
    }
    return this.#taken.size > 0 ? now + stalledMs : Infinity;
  }
}
