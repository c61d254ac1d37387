/** The connection that carries a stream, as far as the stream concerns it. */
export interface StreamCarrier<Stream> {
  /** Writes a message, and throws what the codec throws. */
  send(stream: Stream, message: unknown): void;
  /** Whether the next message has to wait. */
  readonly saturated: boolean;
  /** Resolves when the next message may be written; `undefined` when it may at once. */
  writable(signal: AbortSignal): Promise<void> | undefined;
  closeSend(stream: Stream): void;
  /** Tells the server that the stream is given up. */
  cancel(stream: Stream, cancellation: Cancellation): void;
  /** Bytes of received messages came to wait, or wait no longer. */
  buffered(stream: Stream, bytes: number): void;
}

/** Why a stream is given up, as the server gets to hear it. */
export interface Cancellation {
  readonly type: number;
  readonly message: string;
  /** Services that the cancellation passed before this one. */
  readonly path: readonly string[];
}

/** One attempt to open a stream; settles with the first message, or with the end. */
export interface StreamAttempt {
  succeeded(): void;
  failed(error: unknown): void;
}
