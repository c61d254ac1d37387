import type { ObservedConnection } from '../observer/transport-observer.js';
import type { ObserverGroup } from '../observer/observer-group.js';
import { FrameType, type StreamFrame } from '../wire/streaming/stream-frame.js';

/** Streams of a connection whose callers may still close their side. */
const MAX_OPEN_SIDES = 1_024;

/** A stream that takes nothing any more. */
interface EndedStream {
  readonly streamId: number;
  /** Whether the caller has closed its side. */
  halfClosed: boolean;
}

/**
 * Frames that come for streams that were cancelled or have ended. A caller that does not know it yet closes its side, or cancels; what
 * else comes is worth a count.
 */
export class LateFrames {
  /** Streams that ended before their callers had closed their side, the oldest first. */
  readonly #openSides = new Set<number>();
  readonly #observers: ObserverGroup;
  readonly #connection: ObservedConnection;

  constructor(observers: ObserverGroup, connection: ObservedConnection) {
    this.#observers = observers;
    this.#connection = connection;
  }

  /** A stream has ended. */
  ended({ streamId, halfClosed }: EndedStream): void {
    if (halfClosed) {
      return;
    }
    this.#openSides.add(streamId);
    if (this.#openSides.size > MAX_OPEN_SIDES) {
      const [oldest] = this.#openSides;
      this.#openSides.delete(oldest!);
    }
  }

  /**
   * A frame came.
   *
   * @param stream the one that was cancelled and whose handler still runs; `undefined` if it is not there any more.
   */
  take({ type, streamId }: StreamFrame, stream: EndedStream | undefined): void {
    const isOpen = stream === undefined ? this.#openSides.has(streamId) : !stream.halfClosed;
    if (!isOpen || type === FrameType.DATA) {
      return this.ignored();
    }
    if (type === FrameType.TRAILER) {
      this.#openSides.delete(streamId);
      if (stream !== undefined) {
        stream.halfClosed = true;
      }
    }
  }

  /** A frame is dropped that no caller should send. */
  ignored(): void {
    this.#observers.streamFrameIgnored(this.#connection);
  }
}
