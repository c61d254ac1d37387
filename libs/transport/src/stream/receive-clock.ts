import { RpcTimeoutError } from '../errors/errors.js';
import { timerWheel } from '../timer/timer-wheel.js';
import { CancelType } from '../wire/streaming/stream-frame.js';
import type { StreamTarget } from './stream-target.js';

/** What a clock does about a stream that is overdue. */
export interface ClockedStream {
  readonly label: string;
  readonly target: StreamTarget;
  readonly messagesIn: number;
  /** Ends the stream. @param type what the server gets to hear. */
  timedOut(error: RpcTimeoutError, type: number): void;
  /** Fails the step of the iteration that waits. */
  failStep(error: RpcTimeoutError): void;
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
      const timeoutMs = options.timeoutMs ?? 0;
      const message = `${stream.label}: the stream did not end in time (timeoutMs)`;
      stream.timedOut(new RpcTimeoutError(timeoutMs, message), CancelType.DEADLINE);
      return Infinity;
    }
    if (this.#receiveDueAt > now) {
      return Math.min(deadline, this.#receiveDueAt);
    }
    const limitMs = this.#limitMs;
    const message = `${stream.label}: the server sent no message for ${limitMs} ms (recvTimeoutMs); servers of Kitex never answer streams of methods that they do not have`;
    const error = new RpcTimeoutError(limitMs, message);
    if (options.onRecvTimeout !== 'report') {
      stream.timedOut(error, CancelType.RECEIVE_TIMEOUT);
      return Infinity;
    }
    this.rest();
    stream.failStep(error);
    return deadline;
  }
}
