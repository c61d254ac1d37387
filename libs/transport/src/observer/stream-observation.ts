import { CancelledError, isBusinessOutcome, RemoteCancelledError } from '../errors/errors.js';
import type { MessageDirection, ObservedStream, StreamOutcome } from './observed-stream.js';
import type { ObserverGroup } from './observer-group.js';

/** What a stream is, before anything was sent on it. */
type Opened = Pick<
  ObservedStream,
  'side' | 'service' | 'method' | 'address' | 'outgoing' | 'incoming'
>;

/** What holds the messages of a stream that wait for their consumer. */
interface Buffering {
  readonly bufferedBytes: number;
}

/** One stream as its observers see it. Created only when observers watch streams. */
export class StreamObservation implements ObservedStream {
  readonly side: ObservedStream['side'];
  readonly service: ObservedStream['service'];
  readonly method: ObservedStream['method'];
  readonly address: string;
  readonly outgoing?: NonNullable<ObservedStream['outgoing']>;
  readonly incoming?: NonNullable<ObservedStream['incoming']>;
  readonly openedAt = performance.now();
  messagesSent = 0;
  messagesReceived = 0;
  sentBytes = 0;
  receivedBytes = 0;
  firstMessageMs: number | undefined;
  /** Transient values that observers add to the opening of a client. */
  readonly metadata = new Map<string, string>();
  readonly #observers: ObserverGroup;
  readonly #buffering: Buffering;
  readonly #states: unknown[];
  #hasEnded = false;

  constructor(observers: ObserverGroup, opened: Opened, buffering: Buffering) {
    this.side = opened.side;
    this.service = opened.service;
    this.method = opened.method;
    this.address = opened.address;
    if (opened.outgoing !== undefined) {
      this.outgoing = opened.outgoing;
    }
    if (opened.incoming !== undefined) {
      this.incoming = opened.incoming;
    }
    this.#observers = observers;
    this.#buffering = buffering;
    this.#states = observers.streamOpened(this, this.metadata);
  }

  get bufferedBytes(): number {
    return this.#buffering.bufferedBytes;
  }

  sent(bytes: number): void {
    this.messagesSent++;
    this.sentBytes += bytes;
    this.#passed('sent', 'server', bytes);
  }

  received(bytes: number): void {
    this.messagesReceived++;
    this.receivedBytes += bytes;
    this.#passed('received', 'client', bytes);
  }

  /** A message could not be encoded or decoded. */
  messageFailed(direction: MessageDirection, error: unknown): void {
    this.#observers.streamMessageFailed(this, direction, error, this.#states);
  }

  /** Runs the handler with the observers around it. */
  aroundHandler<T>(handler: () => T): T {
    return this.#observers.aroundStreamHandler(this, this.#states, handler);
  }

  /** The stream ended; counts once. */
  end(error: unknown): void {
    if (this.#hasEnded) {
      return;
    }
    this.#hasEnded = true;
    const outcome: StreamOutcome = {
      ...(error !== undefined && { error }),
      status: this.#statusOf(error),
      durationMs: performance.now() - this.openedAt,
      cancelPath: cancelPath(error),
    };
    this.#observers.streamEnded(this, outcome, this.#states);
  }

  /** @param side on which a message of this direction is one of the server. */
  #passed(direction: MessageDirection, side: ObservedStream['side'], bytes: number): void {
    if (this.firstMessageMs === undefined && this.side === side) {
      this.firstMessageMs = performance.now() - this.openedAt;
    }
    this.#observers.streamMessage(this, direction, bytes, this.#states);
  }

  #statusOf(error: unknown): StreamOutcome['status'] {
    if (error === undefined || isBusinessOutcome(error, this.method)) {
      return 'success';
    }
    const isCancelled = error instanceof CancelledError || error instanceof RemoteCancelledError;
    return isCancelled ? 'cancelled' : 'error';
  }
}

const NO_PATH: readonly string[] = Object.freeze([]);

/** A stream that ends with the one it was opened for has that one's path. */
function cancelPath(error: unknown): readonly string[] {
  const cause = error instanceof CancelledError ? error.cause : error;
  return cause instanceof RemoteCancelledError ? cause.path : NO_PATH;
}
