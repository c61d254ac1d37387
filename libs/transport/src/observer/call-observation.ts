import type { OutgoingCall } from '../call/outgoing-call.js';
import { isBusinessOutcome } from '../errors/is-business-outcome.js';
import { notify } from './observers.js';
import type { TransportObserver } from './transport-observer.js';

/** One attempt of a call as its observers see it. Made only when somebody observes. */
export class CallObservation {
  /** Transient values that observers want to send along. */
  readonly metadata = new Map<string, string>();
  private readonly states = new Map<TransportObserver, unknown>();
  private readonly startedAt = performance.now();
  /** Instance called; empty until a connection was found. */
  address = '';

  constructor(
    private readonly observers: readonly TransportObserver[],
    private readonly call: OutgoingCall,
  ) {
    notify(observers, (observer) => {
      this.states.set(observer, observer.callStarted?.(call, this.metadata));
    });
  }

  finish(error: unknown, sentBytes: number, receivedBytes: number): void {
    const outcome = {
      error,
      failed: error !== undefined && !isBusinessOutcome(error, this.call.method),
      durationMs: performance.now() - this.startedAt,
      sentBytes,
      receivedBytes,
    };
    notify(this.observers, (observer) =>
      observer.callFinished?.(this.call, outcome, this.address, this.states.get(observer)),
    );
  }
}
