import type { IncomingStream } from '@nestjs-thrift/transport';
import { ThriftContext } from './thrift-context.js';

/**
 * What a handler may know about the stream it serves, and send with its messages; its second argument. `signal` aborts when the
 * caller cancels, the deadline passes, or the connection breaks.
 *
 * @example
 * ```ts
 * @ThriftMethod()
 * async *Watch(req: WatchRequest, ctx: ThriftStreamContext) {
 *   ctx.setHeader('shard', '7');
 *   for await (const change of this.changes.since(req.version, AbortSignal.any([ctx.signal, ctx.draining]))) yield change;
 * }
 * ```
 */
export class ThriftStreamContext extends ThriftContext {
  /** The stream as the transport sees it. */
  override get call(): IncomingStream {
    return this.args[0] as IncomingStream;
  }

  /**
   * Sends a header before the first message. Kitex: SetHeader.
   *
   * @throws StreamClosedError when headers have been sent.
   */
  setHeader(key: string, value: string): void {
    this.call.setHeader(key, value);
  }

  /** Sends the headers now; without it they go with the first message or the end. Kitex: SendHeader. */
  sendHeaders(): void {
    this.call.sendHeaders();
  }

  /** Sends a value with the end of the stream. Kitex: SetTrailer. */
  setTrailer(key: string, value: string): void {
    this.call.setTrailer(key, value);
  }

  /** Aborts when the server begins to shut down: for handlers of endless streams, which may end them cleanly. */
  get draining(): AbortSignal {
    return this.call.draining;
  }

  /** Services that the cancellation of the stream passed, the first one first; empty while it is not cancelled. */
  get cancelPath(): readonly string[] {
    return this.call.cancelPath;
  }

  /** Messages received so far. */
  get messagesIn(): number {
    return this.call.messagesIn;
  }

  /** Messages sent so far. */
  get messagesOut(): number {
    return this.call.messagesOut;
  }
}
