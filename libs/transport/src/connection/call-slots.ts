import type { ReceivedMessage } from '../wire/received-message.js';
import type { ClientCall } from './client-call.js';

const GENERATION_BITS = 15;
const MAX_GENERATION = (1 << GENERATION_BITS) - 1;
/** Slots of calls that were given up and whose replies never came; with more the peer is not worth waiting for. */
const MAX_ABANDONED = 1024;

/** Stands where a call was given up, until its reply comes or for ever. */
const ABANDONED = Symbol('abandoned');

/**
 * The calls in flight on a connection by their sequence id. An id is the slot a call lies in and a generation that
 * counts how often the slot was used, so a second reply to the same request finds no call. The slot of a call that was
 * given up is not used again before its reply came, so neither does a late one, however late. No id is 0, which
 * multiplexed connections keep for control messages.
 */
export class CallSlots {
  readonly #slots: (ClientCall | typeof ABANDONED | undefined)[] = [];
  readonly #generations: number[] = [];
  readonly #free: number[] = [];
  #abandoned = 0;
  /** Calls in flight. */
  size = 0;

  /** Whether so many replies are missing that the connection should be replaced. */
  get exhausted(): boolean {
    return this.#abandoned >= MAX_ABANDONED;
  }

  /** Calls that the peer has not answered, those given up included. */
  get unanswered(): number {
    return this.size + this.#abandoned;
  }

  /** Takes a call in; returns its sequence id. At most `MAX_SLOTS` calls can be in flight or given up. */
  add(call: ClientCall): number {
    let slot = this.#free.pop();
    if (slot === undefined) {
      slot = this.#slots.length;
      this.#generations.push(0);
    }
    const last = this.#generations[slot]!;
    const generation = last === MAX_GENERATION ? 1 : last + 1;
    this.#generations[slot] = generation;
    this.#slots[slot] = call;
    this.size++;
    return (slot << GENERATION_BITS) | generation;
  }

  /**
   * Ends the call that a reply is for, and returns it. Servers that multiplex answer with the id of the header, which for
   * exceptions may be all they know. Without multiplexing it can only be meant for the one call that waits, whatever its id.
   */
  answeredBy(message: ReceivedMessage, multiplexed: boolean): ClientCall | undefined {
    const inHeader = multiplexed && message.framing.hasHeader;
    const sequenceId = inHeader ? message.headerSequenceId : message.sequenceId;
    const call = this.take(sequenceId);
    if (call !== undefined || multiplexed) {
      return call;
    }
    for (const other of this) {
      return this.take(other.sequenceId);
    }
    return undefined;
  }

  /** Removes the call with this id and returns it; `undefined` when the reply is no longer awaited. */
  take(sequenceId: number): ClientCall | undefined {
    const call = this.#at(sequenceId);
    if (call === undefined) {
      return undefined;
    }
    const slot = sequenceId >>> GENERATION_BITS;
    this.#slots[slot] = undefined;
    this.#free.push(slot);
    if (call === ABANDONED) {
      this.#abandoned--;
      return undefined;
    }
    this.size--;
    return call;
  }

  /** Gives up the call with this id while its reply may still come; `false` when it is not in flight. */
  abandon(sequenceId: number): boolean {
    const call = this.#at(sequenceId);
    if (call === undefined || call === ABANDONED) {
      return false;
    }
    this.#slots[sequenceId >>> GENERATION_BITS] = ABANDONED;
    this.#abandoned++;
    this.size--;
    return true;
  }

  /** All calls in flight, in no order. Calls may end while it runs. */
  *[Symbol.iterator](): IterableIterator<ClientCall> {
    for (const call of this.#slots) {
      if (call !== undefined && call !== ABANDONED) {
        yield call;
      }
    }
  }

  /** Takes out the calls behind a message, in no order. */
  *above(messageNumber: number): IterableIterator<ClientCall> {
    for (const call of this) {
      if (call.messageNumber > messageNumber) {
        this.take(call.sequenceId);
        yield call;
      }
    }
  }

  #at(sequenceId: number): ClientCall | typeof ABANDONED | undefined {
    const slot = sequenceId >>> GENERATION_BITS;
    // Generations start at 1, so an id that was never given, such as 0, matches none.
    return this.#generations[slot] === (sequenceId & MAX_GENERATION)
      ? this.#slots[slot]
      : undefined;
  }
}
