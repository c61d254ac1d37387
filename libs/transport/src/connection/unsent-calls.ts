import type { Socket } from 'node:net';
import type { CallHolder, ClientCall } from './client-call.js';
import { notSentInTime } from './call-errors.js';

/**
 * Oneway calls whose bytes the kernel has not taken, in the order in which they were written. Nothing is answered, so this
 * is all that is known about them; a connection that closes earlier would lose them in silence.
 */
export class UnsentCalls implements CallHolder {
  readonly #calls = new Set<ClientCall>();
  #hasSent = false;

  get size(): number {
    return this.#calls.size;
  }

  add(call: ClientCall): void {
    call.holder = this;
    this.#calls.add(call);
    this.#hasSent = true;
  }

  /**
   * Ends a socket with nothing left to send. After oneway calls it is read until the peer ends it, too: a closed socket answers
   * what still comes, such as a late reply or a session ticket of TLS, by a reset, and the peer loses what it has not read by then.
   */
  end(socket: Socket): void {
    if (this.#hasSent) {
      socket.resume();
      socket.end();
    } else {
      socket.destroySoon();
    }
  }

  /** Ends the calls up to a message; returns whether any ended. */
  taken(messageNumber: number): boolean {
    let ended = false;
    for (const call of this.#calls) {
      if (call.messageNumber > messageNumber) {
        break;
      }
      this.#calls.delete(call);
      call.succeed(undefined, 0);
      ended = true;
    }
    return ended;
  }

  /** The caller no longer waits; the bytes are sent all the same. */
  giveUp(call: ClientCall): void {
    this.#calls.delete(call);
  }

  /** Fails calls whose deadline has passed; returns the nearest deadline of the others. */
  expire(now: number, address: string): number {
    let next = Infinity;
    for (const call of this.#calls) {
      if (call.deadline > now) {
        next = Math.min(next, call.deadline);
      } else {
        this.#calls.delete(call);
        call.fail(notSentInTime(call, address));
      }
    }
    return next;
  }

  /** Takes out the calls behind a message. */
  *above(messageNumber: number): IterableIterator<ClientCall> {
    for (const call of this.#calls) {
      if (call.messageNumber > messageNumber) {
        this.#calls.delete(call);
        yield call;
      }
    }
  }
}
