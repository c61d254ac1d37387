import type { Socket } from 'node:net';
import type { ApplicationException } from '@nestjs-thrift/codec/wire';
import type { WheelTimer } from '../timer/timer-wheel.js';
import type { ReceiveShare } from '../wire/receive-budget.js';
import type { SocketWriter } from '../wire/socket-writer.js';
import type { ConnectionTimes } from './connection-times.js';
import { ServedStreams, type StreamingConnection } from './served-streams.js';
import type { ServerContext } from './served-call.js';

/** The parts of a connection that its streams take over from its calls. */
export interface StreamingParts {
  readonly socket: Socket;
  readonly address: string;
  readonly writer: SocketWriter;
  readonly times: ConnectionTimes;
  readonly timer: WheelTimer;
  readonly share: ReceiveShare;
  /** Sends what has been written and closes. */
  close(): void;
  refuseBytes(error: Error): void;
}

/** A connection whose first frame opened a stream, and which then carries only streams. */
export class StreamingSide implements StreamingConnection {
  readonly side = 'server';
  readonly #parts: StreamingParts;
  readonly #streams: ServedStreams;
  /** Closes when the last stream has ended. */
  #isLeaving = false;

  constructor(context: ServerContext, parts: StreamingParts) {
    this.#parts = parts;
    this.#streams = new ServedStreams(context, this, parts.writer);
    // A caller slows down streams by not reading: how long is up to it.
    parts.times.mayStall = true;
    context.streamingConnections++;
    // First: what else happens when a socket closes looks at the number.
    parts.socket.prependOnceListener('close', () => context.streamingConnections--);
  }

  get socket(): Socket {
    return this.#parts.socket;
  }

  get address(): string {
    return this.#parts.address;
  }

  /** Streams that have not ended. */
  get live(): number {
    return this.#streams.live;
  }

  receive(chunk: Buffer): void {
    const { times, share } = this.#parts;
    if (times.destroyAt !== Infinity) {
      return;
    }
    times.lastActivity = performance.now();
    const hasTaken = this.#streams.receive(chunk);
    share.update(this.#streams.heldBytes);
    if (!this.#streams.hasBytes || this.#streams.isPaused) {
      times.partialSince = Infinity;
    } else if (times.partialSince === Infinity || hasTaken) {
      this.#awaitRest();
    }
  }

  /** The rest of a frame must come in time. */
  #awaitRest(): void {
    const { times, timer } = this.#parts;
    times.partialSince = performance.now();
    timer.arm(times.readAt);
  }

  /** The peer has taken what was written. */
  drained(): void {
    this.#streams.drained();
  }

  /** Asks callers to leave, and handlers to end. */
  announceDrain(): void {
    this.#streams.announceDrain();
  }

  /** Asks callers to leave, and refuses new streams. */
  drain(): void {
    this.#streams.drain();
  }

  /** Closes as soon as no stream is left. */
  leave(): void {
    this.#isLeaving = true;
    if (this.live === 0) {
      this.#parts.close();
    }
  }

  /** Cancels the streams that are left; their handlers may still end them. */
  cancelAll(reason: Error, exception: ApplicationException): void {
    this.#streams.cancelAll(reason, exception);
  }

  /** Ends the streams whose handlers do not, each by its trailer, and closes. */
  endAll(): void {
    this.#streams.endAll();
    this.#parts.close();
  }

  /** The peer ended its side, or is gone: with Kitex, too, that is the end of its streams. */
  lose(why: string): void {
    this.#streams.lose(why);
    this.#streams.drained();
    this.#parts.close();
  }

  pause(): void {
    // The peer is not to blame for the wait.
    this.#parts.times.partialSince = Infinity;
    this.#parts.socket.pause();
  }

  resume(): void {
    if (this.#parts.share.mayRead) {
      this.#read();
    }
  }

  /** Memory for unfinished frames is free again. */
  readAgain(): void {
    if (!this.#streams.isPaused) {
      this.#read();
    }
  }

  #read(): void {
    this.#parts.socket.resume();
    if (this.#streams.hasBytes) {
      this.#awaitRest();
    }
  }

  refuseBytes(error: Error): void {
    this.#parts.refuseBytes(error);
  }

  streamEnded(): void {
    this.#parts.times.lastActivity = performance.now();
    if (this.#isLeaving && this.live === 0) {
      this.#parts.close();
    }
  }
}
