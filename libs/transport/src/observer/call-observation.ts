import type { OutgoingCall } from '../call/outgoing-call.js';
import { isBusinessOutcome, isSuperseded } from '../errors/errors.js';
import type { ObserverGroup } from './observer-group.js';

/** One attempt of a call as its observers see it. Created only when there are observers. */
export class CallObservation {
  readonly #observers: ObserverGroup;
  readonly #call: OutgoingCall;

  /** Transient values that observers add to the request. */
  readonly metadata = new Map<string, string>();
  /** Instance called; empty until a connection was found. */
  address = '';
  readonly #startedAt = performance.now();
  readonly #states: unknown[];

  constructor(observers: ObserverGroup, call: OutgoingCall) {
    this.#observers = observers;
    this.#call = call;

    this.#states = observers.callStarted(call, this.metadata);
  }

  finish(error: unknown, sentBytes: number, receivedBytes: number): void {
    const outcome = {
      error,
      failed: error !== undefined && !isBusinessOutcome(error, this.#call.method),
      durationMs: performance.now() - this.#startedAt,
      sentBytes,
      receivedBytes,
    };
    this.#observers.callFinished(
      this.#call,
      error !== undefined && isSuperseded(error)
        ? { ...outcome, failed: false, superseded: true }
        : outcome,
      this.address,
      this.#states,
    );
  }
}
