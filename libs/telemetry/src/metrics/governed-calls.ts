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

/** Puts the attempts of calls together, which share the context of their call. */
export class GovernedCalls {
  readonly #ended: (call: OutgoingCall, end: GovernedCallEnd) => void;

  readonly #sources = new Set<GovernedCallSource>();
  readonly #report = new CallbackReport('the metrics of calls');
  /** Retries of a call that has begun. A separate object: another one counts other clients. */
  readonly #retries = new ContextKey<number>('telemetry.retries');

  constructor(ended: (call: OutgoingCall, end: GovernedCallEnd) => void) {
    this.#ended = ended;
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

  /** Whether an attempt belongs to a call that is counted when it ends. */
  includes({ context }: OutgoingCall): boolean {
    return context.get(this.#retries) !== undefined;
  }

  #begin(call: OutgoingCall, outcome: Promise<unknown>): void {
    const startedAt = performance.now();
    const end = (failed: boolean, error?: unknown): void => {
      const retries = call.context.get(this.#retries) ?? 0;
      const durationMs = performance.now() - startedAt;
      try {
        this.#ended(call, { failed, error, durationMs, retries });
      } catch (fault) {
        // Here nothing awaits the promise: it would end the process.
        this.#report.threw(fault);
      }
    };
    if (!this.includes(call)) {
      call.context.set(this.#retries, 0);
    }
    outcome.then(
      () => end(false),
      (error: unknown) => end(!isBusinessOutcome(error, call.method), error),
    );
  }
}
