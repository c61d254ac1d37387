import { COMMON_CALL_OPTIONS } from '../call/call-options.js';
import { computedMilliseconds, oneOf, type OptionsOf } from '../options/option.js';

/** Options of one stream. */
export const STREAM_OPTIONS = {
  /**
   * Time for the stream as a whole, in milliseconds; 0 for no limit. Kitex: the deadline of the context.
   *
   * @defaultValue none; inside of a handler the deadline of the request being served
   */
  timeoutMs: computedMilliseconds(),
  /**
   * Longest wait for the next message, in milliseconds; 0 for no limit. Counts while the consumer waits. Servers of Kitex never answer
   * streams of methods that they do not have: without this limit such a stream waits for ever. Kitex: WithRecvTimeoutConfig.
   *
   * @defaultValue `streams.recvTimeoutMs` of the client, 60,000
   */
  recvTimeoutMs: computedMilliseconds(),
  /** Longest wait for the first message, in milliseconds; 0 for no limit. @defaultValue `recvTimeoutMs` */
  firstMessageTimeoutMs: computedMilliseconds(),
  /**
   * What follows when no message came in time: `cancel` ends the stream; `report` rejects one step of the iteration, and the next step
   * goes on waiting. Kitex: DisableCancelRemote.
   *
   * @defaultValue `cancel`
   */
  onRecvTimeout: oneOf(['cancel', 'report']),
  ...COMMON_CALL_OPTIONS,
};

/** What a caller may say about one stream. */
export interface StreamOptions extends OptionsOf<typeof STREAM_OPTIONS> {}

/** What both sides may send in addition to messages, by name. */
export type StreamMetadata = ReadonlyMap<string, string>;

/** What all streams of a client have. */
interface OpenStream {
  /** What the server sent before its first message. Rejects when the stream fails before. */
  readonly headers: Promise<StreamMetadata>;
  /** What the server sent with the end. Rejects when the stream ends without one. */
  readonly trailers: Promise<StreamMetadata>;
  /** Ends the stream; the handler of the server learns of it at once. Does nothing after the end. */
  cancel(reason?: unknown): void;
}

/**
 * The messages of a server. May be iterated once; leaving the loop cancels the stream.
 *
 * @example
 * for await (const token of llm.Ask({ question })) process.stdout.write(token.text);
 */
export interface ServerStream<Response> extends OpenStream, AsyncIterable<Response, undefined> {}

/** Sends messages one by one and gets one answer. */
export interface ClientStream<Request, Response> extends OpenStream {
  /**
   * Sends a message; resolves when the next one may be sent.
   *
   * @throws StreamClosedError after the end, EncodeError for a message that does not fit the IDL.
   */
  send(message: Request): Promise<void>;
  /** The answer. */
  readonly result: Promise<Response>;
  /** Says that all messages have been sent, and waits for the answer. */
  finish(): Promise<Response>;
}

/** Sends and receives messages in any order. */
export interface DuplexStream<Request, Response> extends ServerStream<Response> {
  /**
   * Sends a message; resolves when the next one may be sent.
   *
   * @throws StreamClosedError after the end, EncodeError for a message that does not fit the IDL.
   */
  send(message: Request): Promise<void>;
  /** Says that all messages have been sent; the server may go on sending. Does nothing the second time. */
  closeSend(): void;
}
