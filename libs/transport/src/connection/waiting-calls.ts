import { timerWheel } from '../timer/timer-wheel.js';
import type { CallHolder, ClientCall } from './client-call.js';

/** Calls that wait for a connection, first come, first served. None waits beyond its deadline. */
export class WaitingCalls implements CallHolder {
  readonly #overdue: (call: ClientCall, now: number) => void;

  /** In the order they came; a set gives up calls from its middle for nothing. */
  readonly #calls = new Set<ClientCall>();
  readonly #timer = timerWheel.timer((now) => this.#expire(now));

  /** @param overdue gets calls that have waited long enough and are no longer in the queue. */
  constructor(overdue: (call: ClientCall, now: number) => void) {
    this.#overdue = overdue;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** @param until when the call stops waiting at the latest; its deadline may be nearer. */
  add(call: ClientCall, until: number): void {
    call.holder = this;
    call.waitsUntil = Math.min(until, call.deadline);
    this.#calls.add(call);
    this.#timer.arm(call.waitsUntil);
  }

  /** Takes out the call that has waited longest. */
  shift(): ClientCall | undefined {
    for (const call of this.#calls) {
      this.giveUp(call);
      call.holder = undefined;
      return call;
    }
    return undefined;
  }

  giveUp(call: ClientCall): void {
    this.#calls.delete(call);
    if (this.#calls.size === 0) {
      this.#timer.disarm();
    }
  }

  #expire(now: number): number {
    let next = Infinity;
    for (const call of this.#calls) {
      if (call.waitsUntil > now) {
        next = Math.min(next, call.waitsUntil);
      } else {
        this.#calls.delete(call);
        this.#overdue(call, now);
      }
    }
    return next;
  }
}
