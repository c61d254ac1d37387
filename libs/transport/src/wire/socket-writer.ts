import type { Socket } from 'node:net';
import { WriteBuffer } from '@nestjs-thrift/codec/wire';
import { type Flushable, flushSoon } from '../timer/flush-queue.js';

/** Messages that are handed to the socket together. */
export interface Batch {
  /** When they were, on the clock of `performance.now()`; `Infinity` before. */
  handedOverAt: number;
}

/** Bytes that are sent at once: the peer begins while this side still works. */
export const EARLY_FLUSH_BYTES = 8192;
/** Messages that are sent at once for the same reason: a hundred small ones would fit below the limit in bytes. */
export const EARLY_FLUSH_MESSAGES = 64;
interface WithHandle {
  readonly _handle: { readonly bytesWritten?: number; readonly writeQueueSize?: number } | null;
}

const INITIAL_BYTES = 8192;
/** A buffer that one large message made larger than this is not kept. */
const MAX_KEPT_BYTES = 256 * 1024;
/** Spare buffers kept for a socket that takes its time; TLS always does. */
const MAX_SPARE_BUFFERS = 4;

/**
 * Gathers messages in one buffer and writes it once per turn of the event loop, or as soon as `EARLY_FLUSH_BYTES` or
 * `EARLY_FLUSH_MESSAGES` wait. A message is written as `begin`, bytes into {@link SocketWriter.out}, and `commit`, or
 * `rollback` when it cannot be encoded after all.
 */
export class SocketWriter implements Flushable {
  readonly #socket: Socket;

  /** Where messages are encoded. Another object after a flush: read it again for every message. */
  out = new WriteBuffer(INITIAL_BYTES);
  /** Messages committed so far. */
  committed = 0;
  /** Messages given to the socket so far: of those no byte can have left that are not among them. */
  handedOver = 0;
  /** The messages that wait to be handed over. Another object after a flush. */
  batch: Batch = { handedOverAt: Infinity };
  /** Called with the number of messages whose bytes the kernel has taken, while it is set. */
  onTaken: ((messages: number) => void) | undefined;
  #messageStart = 0;
  #pendingMessages = 0;
  #flushAsked = false;
  /** Whether the socket has asked for a pause since it was empty: looking at this costs less than asking the socket. */
  #pauseAsked = false;
  /** Buffers the socket still reads from. */
  #lent: WriteBuffer[] = [];
  readonly #spare: WriteBuffer[] = [];

  /** @param drained called when the socket takes bytes again after it was {@link SocketWriter.saturated}. */
  constructor(socket: Socket, drained?: () => void) {
    this.#socket = socket;
    socket.on('drain', () => {
      this.#pauseAsked = false;
      // Not only with the next flush: a connection may be idle for hours after a large message.
      this.#takeBack();
      this.flush();
      drained?.();
    });
  }

  /**
   * Whether more is waiting than the socket should hold: backpressure: producers should pause. A large write that the
   * kernel took at once also makes the socket ask for a pause, needlessly, so what counts is what it still holds.
   */
  get saturated(): boolean {
    return this.#pauseAsked && this.#socket.writableLength >= this.#socket.writableHighWaterMark;
  }

  /** Bytes committed that the kernel has not taken. */
  get unsentBytes(): number {
    return this.out.position + this.#socket.writableLength;
  }

  /**
   * Bytes that the kernel has taken so far, parts of messages included; the same twice while bytes are unsent means that
   * the peer takes none. Of the handle, as Node's own socket timeout has it, for the socket counts whole writes.
   */
  get takenBytes(): number {
    const handle = (this.#socket as unknown as WithHandle)._handle;
    return (handle?.bytesWritten ?? 0) - (handle?.writeQueueSize ?? 0);
  }

  /** Starts a message at the end of the buffer, which it returns. */
  begin(): WriteBuffer {
    this.#messageStart = this.out.position;
    return this.out;
  }

  /** Takes back what was written since {@link SocketWriter.begin}. */
  rollback(): void {
    this.out.position = this.#messageStart;
  }

  /** Sends the message with the others of this turn. */
  commit(): void {
    this.#pendingMessages++;
    this.#sendSoon(this.#pendingMessages >= EARLY_FLUSH_MESSAGES);
  }

  /** As {@link SocketWriter.commit}, for one of many that no caller waits for singly: only bytes count. */
  commitOfMany(): void {
    this.#sendSoon(false);
  }

  #sendSoon(isDue: boolean): void {
    this.committed++;
    if (isDue || this.out.position >= EARLY_FLUSH_BYTES) {
      this.flush();
    } else if (!this.#flushAsked) {
      this.#flushAsked = true;
      flushSoon(this);
    }
  }

  /** Hands over what has been committed; while the socket is saturated nothing, as draining will. */
  flush(): void {
    this.#flushAsked = false;
    this.#pendingMessages = 0;
    const { out } = this;
    const socket = this.#socket;
    if (!socket.writable) {
      out.position = 0;
      return;
    }
    if (out.position === 0 || this.saturated) {
      return;
    }
    if (this.#lent.length > 0 && socket.writableLength === 0) {
      this.#takeBack();
    }
    const before = this.handedOver;
    const messages = (this.handedOver = this.committed);
    const { onTaken } = this;
    const goesOn = socket.write(
      out.bytes.subarray(0, out.position),
      onTaken && ((error) => error ?? onTaken(messages)),
    );
    this.#pauseAsked ||= !goesOn;
    this.batch.handedOverAt = performance.now();
    this.batch = { handedOverAt: Infinity };
    if (socket.errored !== null) {
      // The kernel refused the first attempt to write, and with it all of these bytes.
      this.handedOver = before;
    }
    if (socket.writableLength === 0) {
      // The kernel has a copy of all bytes.
      out.position = 0;
      if (out.bytes.length > MAX_KEPT_BYTES) {
        this.out = new WriteBuffer(INITIAL_BYTES);
      }
    } else {
      this.#lent.push(out);
      this.out = this.#spare.pop() ?? new WriteBuffer(INITIAL_BYTES);
    }
  }

  /** Makes buffers the socket is done with usable again. */
  #takeBack(): void {
    for (const buffer of this.#lent) {
      if (this.#spare.length === MAX_SPARE_BUFFERS) {
        break;
      }
      if (buffer.bytes.length > MAX_KEPT_BYTES) {
        continue;
      }
      buffer.position = 0;
      this.#spare.push(buffer);
    }
    this.#lent = [];
  }
}
