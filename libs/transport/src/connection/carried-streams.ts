import type { OutgoingStream } from '../stream/outgoing-stream.js';
import { streamMethodName, type FrameTarget } from '../wire/streaming/stream-frame-writer.js';

const MAX_STREAM_ID = 2 ** 31 - 1;

/** A stream on the wire: kept from its opening to the trailer of the server, which comes also when it was cancelled. */
export interface Carried extends FrameTarget {
  /** `undefined` once nothing is to be delivered any more. */
  stream: OutgoingStream | undefined;
  hasHeaders: boolean;
  ownSideClosed: boolean;
  /** When the server must have ended a stream that was cancelled. */
  endBy: number;
}

/** The streams of one connection of a client, by their ids. */
export class CarriedStreams {
  readonly #byId = new Map<number, Carried>();
  readonly #byStream = new Map<OutgoingStream, Carried>();
  #lastId = 0;

  /** Streams that have not ended on both sides. */
  get size(): number {
    return this.#byId.size;
  }

  /** Streams that messages are delivered to. */
  get live(): Iterable<OutgoingStream> {
    return this.#byStream.keys();
  }

  /** Gives a stream its id, without adding it. */
  prepare(stream: OutgoingStream): Carried {
    do {
      this.#lastId = this.#lastId === MAX_STREAM_ID ? 1 : this.#lastId + 1;
    } while (this.#byId.has(this.#lastId));
    return {
      streamId: this.#lastId,
      name: streamMethodName(stream.target.method),
      stream,
      hasHeaders: false,
      ownSideClosed: false,
      endBy: Infinity,
    };
  }

  add(stream: OutgoingStream, carried: Carried): void {
    this.#byId.set(carried.streamId, carried);
    this.#byStream.set(stream, carried);
  }

  byId(streamId: number): Carried | undefined {
    return this.#byId.get(streamId);
  }

  of(stream: OutgoingStream): Carried | undefined {
    return this.#byStream.get(stream);
  }

  /** Delivers nothing more to the stream; what still comes is read and dropped. */
  release(carried: Carried, stream: OutgoingStream): void {
    carried.stream = undefined;
    this.#byStream.delete(stream);
  }

  /** The stream has ended on both sides. */
  remove({ streamId }: Carried): void {
    this.#byId.delete(streamId);
  }

  /** Removes all; returns those that messages were delivered to. */
  takeAll(): OutgoingStream[] {
    const streams = [...this.#byStream.keys()];
    this.#byStream.clear();
    this.#byId.clear();
    return streams;
  }

  /** Cancelled streams that the server should have ended by now, and when the next one is due. */
  endingBy(now: number): { readonly overdue: readonly Carried[]; readonly next: number } {
    const overdue: Carried[] = [];
    let next = Infinity;
    for (const carried of this.#byId.values()) {
      if (carried.endBy <= now) {
        overdue.push(carried);
      } else {
        next = Math.min(next, carried.endBy);
      }
    }
    return { overdue, next };
  }
}
