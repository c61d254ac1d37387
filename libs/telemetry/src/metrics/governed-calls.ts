import type { GovernanceEvent } from '@nestjs-thrift/governance';
import type { GovernedCallStart, Subscribe } from '@nestjs-thrift/governance/internal';
import { ContextKey, type OutgoingCall } from '@nestjs-thrift/transport';
import { CallbackReport, isBusinessOutcome } from '@nestjs-thrift/transport/internal';

/** Something that governs calls: a `ClientGovernance`. */
export interface GovernedCallSource {
  readonly onCall: Subscribe<GovernedCallStart>;
  readonly onEvent: Subscribe<GovernanceEvent>;
}

/** How a call ended for its caller, after all attempts. */
export interface GovernedCallEnd {
  readonly failed: boolean;
  /** Absent for a result. */
  readonly error?: unknown;
  readonly durationMs: number;
  /** Attempts after the first one. */
  readonly retries: number;
}

/** What is notified of the calls of clients. */
export interface GovernedCallListener {
  /** A call begins, before its first attempt ends. */
  began?(call: OutgoingCall): void;
  ended(call: OutgoingCall, end: GovernedCallEnd): void;
}

/** Follows the calls of clients from their callers' side, each as one, however many attempts it takes. */
export class GovernedCalls {
  readonly #listener: GovernedCallListener;
  readonly #sources = new Set<GovernedCallSource>();
  readonly #report = new CallbackReport('the metrics of calls');
  /** Retries of a call that has had some. A separate object: another one counts other clients. */
  readonly #retries = new ContextKey<number>('telemetry.retries');

  constructor(listener: GovernedCallListener) {
    this.#listener = listener;
  }

  watch(source: GovernedCallSource): void {
    if (this.#sources.has(source)) {
      return;
    }
    this.#sources.add(source);
    source.onCall(({ call, outcome }) => this.#begin(call, outcome));
    source.onEvent((event) => {
      if (event.type === 'retry') {
        event.call.context.set(this.#retries, event.attempt);
      }
    });
  }

  #begin(call: OutgoingCall, outcome: Promise<unknown>): void {
    const startedAt = performance.now();
    this.#listener.began?.(call);
    outcome.then(
      () => this.#end(call, startedAt, false, undefined),
      (error: unknown) => this.#end(call, startedAt, !isBusinessOutcome(error, call.method), error),
    );
  }

  #end(call: OutgoingCall, startedAt: number, failed: boolean, error: unknown): void {
    const retries = call.context.get(this.#retries) ?? 0;
    const durationMs = performance.now() - startedAt;
    try {
      this.#listener.ended(call, { failed, error, durationMs, retries });
    } catch (fault) {
      // Here nothing awaits the promise: it would end the process.
      this.#report.threw(fault);
    }
  }
}
