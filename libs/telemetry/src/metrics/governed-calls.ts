import type { GovernanceEvent } from '@nestjs-thrift/governance';
import type { GovernedCallStart, Subscribe } from '@nestjs-thrift/governance/internal';
import type { OutgoingCall } from '@nestjs-thrift/transport';
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

/** Puts the attempts of calls together: their arguments are what all attempts of a call share. */
export class GovernedCalls {
  readonly #ended: (call: OutgoingCall, end: GovernedCallEnd) => void;

  readonly #sources = new Set<GovernedCallSource>();
  readonly #report = new CallbackReport('the metrics of calls');
  /** Retries by the arguments of calls that have begun. */
  readonly #retries = new WeakMap<object, number>();

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
        this.#retries.set(event.call.args, event.attempt);
      }
    });
  }

  /** Whether an attempt belongs to a call that is counted when it ends. */
  includes({ args }: OutgoingCall): boolean {
    return this.#retries.has(args);
  }

  #begin(call: OutgoingCall, outcome: Promise<unknown>): void {
    const startedAt = performance.now();
    const end = (failed: boolean, error?: unknown): void => {
      const retries = this.#retries.get(call.args) ?? 0;
      const durationMs = performance.now() - startedAt;
      try {
        this.#ended(call, { failed, error, durationMs, retries });
      } catch (fault) {
        // Here nothing awaits the promise: it would end the process.
        this.#report.threw(fault);
      }
    };
    if (!this.#retries.has(call.args)) {
      this.#retries.set(call.args, 0);
    }
    outcome.then(
      () => end(false),
      (error: unknown) => end(!isBusinessOutcome(error, call.method), error),
    );
  }
}
