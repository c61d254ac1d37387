import { RpcTimeoutError } from '../errors/errors.js';
import { timerWheel } from '../timer/timer-wheel.js';
import { CancelType } from '../wire/streaming/stream-frame.js';
import type { StreamTarget } from './stream-target.js';

/** What a clock does about a stream that is overdue. */
export interface ClockedStream {
  readonly label: string;
  readonly target: StreamTarget;
  readonly messagesIn: number;
  readonly isIterated: boolean;
  /** Ends the stream. @param type what the server gets to hear. */
  timedOut(error: RpcTimeoutError, type: number): void;
  /** Fails the step of the iteration that waits, and goes on; returns whether there is one. */
  failStep(error: RpcTimeoutError): boolean;
}

/** The time limits of one stream of a client. */
export class ReceiveClock {
  readonly #stream: ClockedStream;
  readonly #timer = timerWheel.timer((now) => this.#expire(now));
  /** Since when the consumer waits for a message. */
  #waitingSince = Infinity;

  constructor(stream: ClockedStream) {
    this.#stream = stream;
    this.#timer.arm(stream.target.deadline);
  }

  /** The consumer starts to wait for a message. */
  wait(): void {
    this.#waitingSince = performance.now();
    this.#timer.arm(this.#receiveDueAt);
  }

  /** The consumer does not wait. */
  rest(): void {
    this.#waitingSince = Infinity;
  }

  stop(): void {
    this.#timer.disarm();
  }

  get #limitMs(): number {
    const { recvTimeoutMs, options } = this.#stream.target;
    return this.#stream.messagesIn === 0
      ? (options.firstMessageTimeoutMs ?? recvTimeoutMs)
      : recvTimeoutMs;
  }

  get #receiveDueAt(): number {
    return this.#waitingSince + (this.#limitMs || Infinity);
  }

  /** Gives up what is overdue; returns when to look again. */
  #expire(now: number): number {
    const stream = this.#stream;
    const { deadline, options } = stream.target;
    if (deadline <= now) {
      stream.timedOut(overdue(stream), CancelType.DEADLINE);
      return Infinity;
    }
    if (this.#receiveDueAt > now) {
      return Math.min(deadline, this.#receiveDueAt);
    }
    const limitMs = this.#limitMs;
    const error = new RpcTimeoutError(limitMs, silence(stream, limitMs));
    this.rest();
    // Without a step that fails, no code would learn of it.
    if (options.onRecvTimeout !== 'report' || !stream.failStep(error)) {
      stream.timedOut(error, CancelType.RECEIVE_TIMEOUT);
      return Infinity;
    }
    return deadline;
  }
}

function overdue({ label, target: { options } }: ClockedStream): RpcTimeoutError {
  const { timeoutMs = 0 } = options;
  const limit = timeoutMs > 0 ? 'timeoutMs' : 'the deadline of the request being served';
  return new RpcTimeoutError(timeoutMs, `${label}: the stream did not end in time (${limit})`);
}

function silence(
  { label, messagesIn, isIterated, target }: ClockedStream,
  limitMs: number,
): string {
  if (messagesIn > 0 && !isIterated) {
    return `${label}: no code took its messages for ${limitMs} ms (recvTimeoutMs)`;
  }
  if (messagesIn > 0) {
    return `${label}: the server sent no message for ${limitMs} ms (recvTimeoutMs)`;
  }
  const option =
    target.options.firstMessageTimeoutMs === undefined ? 'recvTimeoutMs' : 'firstMessageTimeoutMs';
  return `${label}: the server sent no message for ${limitMs} ms (${option}); servers of Kitex never answer streams of methods that they do not have`;
}
