import { type IncomingStream, RemoteCancelledError } from '@nestjs-thrift/transport';
import { TestingCall } from './testing-call.js';

/** A stream that no caller opened. */
export class TestingStream extends TestingCall implements IncomingStream {
  readonly headers = new Map<string, string>();
  readonly trailers = new Map<string, string>();
  cancelPath: readonly string[] = [];
  messagesIn = 0;
  messagesOut = 0;
  readonly #draining = new AbortController();

  get draining(): AbortSignal {
    return this.#draining.signal;
  }

  setHeader(key: string, value: string): void {
    this.headers.set(key, value);
  }

  sendHeaders(): void {
    // Nothing is sent.
  }

  setTrailer(key: string, value: string): void {
    this.trailers.set(key, value);
  }

  callerCancels(path: readonly string[]): void {
    this.cancelPath = path;
    this.abort(new RemoteCancelledError(CANCELLED, 'cancelled by the caller', path));
  }

  drain(): void {
    this.#draining.abort(new Error('the server is shutting down'));
  }
}

/** Kitex's type of a cancellation by the caller. */
const CANCELLED = 12_007;
