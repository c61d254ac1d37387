import type { Socket } from 'node:net';
import { type BufferingStream, type PacedSocket, ReadPacing } from '../stream/read-pacing.js';

/** How long a server may be silent in the middle of a frame, in milliseconds, unless `readTimeoutMs` says otherwise. */
const DEFAULT_SILENCE_MS = 5_000;
/** What may wait for consumers on a connection that several streams share. */
const SHARED_LIMITS = { maxBytes: 4 * 1024 * 1024, stallTimeoutMs: 30_000 };

/** A stream, as far as its messages that wait concern a separate connection. */
interface PacedStream extends BufferingStream {
  readonly isFull: boolean;
  readonly isHalfEmpty: boolean;
}

/** The connection of a client, as far as its pace concerns it. */
export interface PacedConnection {
  readonly socket: Socket;
  /** Whether several streams share it. */
  readonly isShared: boolean;
  /** How long no byte of the rest of a frame may come, in milliseconds; 0 for no limit. */
  readonly readTimeoutMs: number | undefined;
  /** Whether a frame has come in part. */
  readonly hasPart: () => boolean;
  readonly onPause: () => void;
  /** Asks to be looked at again at a time. */
  readonly wakeAt: (at: number) => void;
}

/**
 * When a connection of streams is read: not while consumers fall behind, and no longer when its server stops in the middle of a frame,
 * which holds up all of its streams.
 */
export class ReceivePace implements PacedSocket {
  readonly #connection: PacedConnection;
  readonly #pacing: ReadPacing;
  readonly #silenceMs: number;
  /** When the rest of a frame is not awaited any longer; `Infinity` while none is awaited. */
  restDueAt = Infinity;

  constructor(connection: PacedConnection) {
    this.#connection = connection;
    this.#pacing = new ReadPacing(this, SHARED_LIMITS, connection.onPause);
    this.#silenceMs = connection.readTimeoutMs ?? DEFAULT_SILENCE_MS;
  }

  /** What the error of a connection says whose server stopped in the middle of a frame. */
  get reason(): string {
    return `carried nothing for ${this.#silenceMs} ms in the middle of a frame (readTimeoutMs) and was given up`;
  }

  pause(): void {
    // The server is not to blame for the wait.
    this.restDueAt = Infinity;
    this.#connection.socket.pause();
  }

  resume(): void {
    this.#connection.socket.resume();
    this.received();
  }

  /** Bytes came. */
  received(): void {
    const isAwaited = this.#connection.hasPart() && !this.#pacing.isPaused;
    this.restDueAt = isAwaited ? performance.now() + (this.#silenceMs || Infinity) : Infinity;
    this.#connection.wakeAt(this.restDueAt);
  }

  /** Bytes of messages came to wait, or wait no longer. */
  buffered(stream: PacedStream, bytes: number): void {
    const pacing = this.#pacing;
    if (this.#connection.isShared) {
      pacing.buffered(bytes);
      this.#connection.wakeAt(pacing.stalledAt);
    } else if (pacing.isPaused ? stream.isHalfEmpty : stream.isFull) {
      if (pacing.isPaused) {
        pacing.resume();
      } else {
        pacing.pause();
      }
    }
  }

  /** Nothing more is delivered to the stream. */
  released(stream: PacedStream): void {
    if (this.#connection.isShared) {
      this.#pacing.buffered(-stream.bufferedBytes);
    } else {
      this.#pacing.resume();
    }
  }

  /** Gives up the stream whose consumer holds up the others. Returns when to look again. */
  giveUpStalled<Stream extends BufferingStream>(
    now: number,
    streams: Iterable<Stream>,
    giveUp: (stream: Stream, stallTimeoutMs: number) => void,
  ): number {
    return this.#pacing.giveUpStalled(now, streams, (stream) =>
      giveUp(stream, SHARED_LIMITS.stallTimeoutMs),
    );
  }
}
