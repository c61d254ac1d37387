import type { IncomingCall } from './incoming-call.js';

/**
 * A stream being served: what its handler may know about it, and what it may send with messages. Its `signal` aborts when
 * the caller cancels, its deadline passes, or the connection breaks.
 */
export interface IncomingStream extends IncomingCall {
  /**
   * Sends a header before the first message. Kitex: SetHeader.
   *
   * @throws StreamClosedError when headers have been sent.
   */
  setHeader(key: string, value: string): void;
  /** Sends the headers now; without it they go with the first message or the end. Kitex: SendHeader. */
  sendHeaders(): void;
  /** Sends a value with the end of the stream. Kitex: SetTrailer. */
  setTrailer(key: string, value: string): void;
  /** Aborts when the server begins to shut down: for handlers of endless streams, which may end them cleanly. */
  readonly draining: AbortSignal;
  /** Services that the cancellation of the stream passed, the first one first; empty while it is not cancelled. */
  readonly cancelPath: readonly string[];
  /** Messages received so far. */
  readonly messagesIn: number;
  /** Messages sent so far. */
  readonly messagesOut: number;
}
