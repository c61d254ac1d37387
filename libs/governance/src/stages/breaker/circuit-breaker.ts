import type { BreakerOutcome } from '@nestjs-thrift/codec/internal';
import type { IDefaultPolicyContext } from 'cockatiel';
import { CallbackReport, plainAnswer } from '@nestjs-thrift/transport/internal';
import { CircuitBreakerOpenError, type BreakerScope } from '../../errors/errors.js';
import { Emitter, type Subscribe } from '../../support/emitter.js';
import { BasePolicy } from '../policy/base-policy.js';
import { neverAborted } from '../policy/use-policy.js';
import { monotonicClock, type Clock } from '../../support/clock.js';
import { SlidingWindow, type WindowCounts } from '../../support/sliding-window.js';
import {
  resolveCircuitBreakerOptions,
  type CircuitBreakerOptions,
  type ResolvedCircuitBreakerOptions,
} from './breaker-options.js';
import { classifyForService } from './classify.js';

/** Closed lets calls through, open refuses them, half-open lets a probe through now and then. */
export type BreakerState = 'closed' | 'open' | 'half_open';

/** A breaker changed its state. Kitex: the events `service_cb` and `instance_cb`. */
export interface BreakerStateChange {
  readonly scope: BreakerScope;
  readonly key: string;
  readonly from: BreakerState;
  readonly to: BreakerState;
  readonly counts: WindowCounts;
}

/** How a breaker stands, for diagnosis. Kitex: CBSuite.Dump. */
export interface BreakerSnapshot {
  readonly scope: BreakerScope;
  readonly key: string;
  /** `half_open` as soon as the next call would be let through as a probe. */
  readonly state: BreakerState;
  /** Set while the state is forced. */
  readonly forced: 'open' | 'closed' | undefined;
  readonly counts: WindowCounts;
  readonly settings: ResolvedCircuitBreakerOptions;
}

/** What a breaker guards and how it judges; see {@link CircuitBreaker}. */
export interface CircuitBreakerContext {
  /** Default `service`. */
  readonly scope?: BreakerScope;
  /** Names the breaker in errors and events. Default `policy`. */
  readonly key?: string;
  /** Default: as Kitex's service breaker. If it throws, the error counts as a failure, and the caller gets that error. */
  readonly classify?: (error: unknown) => BreakerOutcome;
  readonly clock?: Clock;
}

const classifyReport = new CallbackReport('classify of the circuit breaker');

/**
 * A circuit breaker that behaves as Kitex's: it opens at an error rate over a window of ten seconds with enough calls in it,
 * refuses calls while it cools, then lets one probe through per interval and closes after two successes. It
 * refuses at once and never queues; nothing runs while no call comes. As a policy of cockatiel's shape it goes into `wrap`.
 *
 * Errors of `execute`: CircuitBreakerOpenError when refused.
 */
export class CircuitBreaker extends BasePolicy {
  readonly scope: BreakerScope;
  readonly key: string;
  readonly #classify: (error: unknown) => BreakerOutcome;
  readonly #clock: Clock;
  readonly #window: SlidingWindow;
  readonly #changes = new Emitter<BreakerStateChange>();
  #settings: ResolvedCircuitBreakerOptions;
  #state: BreakerState = 'closed';
  #forced: 'open' | 'closed' | undefined;
  #openedAt = 0;
  #probedAt = 0;
  #probeSuccesses = 0;

  readonly onStateChange: Subscribe<BreakerStateChange> = this.#changes.event;

  /** @throws TypeError that names each wrong option. */
  constructor(options: CircuitBreakerOptions = {}, context: CircuitBreakerContext = {}) {
    super();
    this.#settings = resolveCircuitBreakerOptions(options);
    this.scope = context.scope ?? 'service';
    this.key = context.key ?? 'policy';
    this.#classify = context.classify ?? classifyForService;
    this.#clock = context.clock ?? monotonicClock;
    this.#window = new SlidingWindow(this.#clock);
  }

  get state(): BreakerState {
    return this.#forced ?? this.#state;
  }

  get slowCallMs(): number {
    return this.#settings.slowCallMs;
  }

  /** Whether a call may go ahead now; in half-open state a `true` uses up the probe of this interval. */
  allows(): boolean {
    if (this.#forced !== undefined) {
      return this.#forced === 'closed';
    }
    if (this.#state === 'closed') {
      return true;
    }
    return this.#state === 'open' ? this.#allowsAfterCooling() : this.#allowsProbe();
  }

  /** Counts how an admitted call ended. Refused calls are not counted. */
  record(outcome: BreakerOutcome): void {
    if (outcome === 'success') {
      this.#succeed();
    } else if (outcome !== 'ignored') {
      this.#fail(outcome);
    }
  }

  /** Keeps the breaker open or closed whatever happens, until called with `undefined`; counting goes on. */
  force(state: 'open' | 'closed' | undefined): void {
    const from = this.state;
    this.#forced = state;
    this.#tell(from);
  }

  /** Changes the options; window and state stay. Kitex: UpdateServiceCBConfig. @throws TypeError as the constructor. */
  update(options: CircuitBreakerOptions): void {
    this.#settings = resolveCircuitBreakerOptions(options);
  }

  snapshot(): BreakerSnapshot {
    // An open breaker changes its state with the next call only, which may never come.
    const isCooled = this.state === 'open' && this.#forced === undefined && this.#hasCooled();
    return {
      scope: this.scope,
      key: this.key,
      state: isCooled ? 'half_open' : this.state,
      forced: this.#forced,
      counts: this.#window.counts(),
      settings: this.#settings,
    };
  }

  override async execute<T>(
    fn: (context: IDefaultPolicyContext) => PromiseLike<T> | T,
    signal: AbortSignal = neverAborted,
  ): Promise<T> {
    if (!this.allows()) {
      throw new CircuitBreakerOpenError(this.scope, this.key);
    }
    const startedAt = this.#clock();
    try {
      const value = await fn({ signal });
      this.recordSuccess(startedAt);
      this.succeeded(startedAt);
      return value;
    } catch (error) {
      const outcome = this.#outcomeOf(error);
      this.record(outcome);
      this.failed(startedAt, error, outcome === 'failure' || outcome === 'timeout');
      throw error;
    }
  }

  /** Counts a success, or a failure if it took longer than `slowCallMs`. */
  recordSuccess(startedAt: number): void {
    const { slowCallMs } = this.#settings;
    const slow = slowCallMs > 0 && this.#clock() - startedAt > slowCallMs;
    this.record(slow ? 'failure' : 'success');
  }

  #outcomeOf(error: unknown): BreakerOutcome {
    try {
      return plainAnswer(this.#classify(error));
    } catch (fault) {
      classifyReport.threw(fault, this.key);
      return 'failure';
    }
  }

  #allowsAfterCooling(): boolean {
    if (!this.#hasCooled()) {
      return false;
    }
    this.#probeSuccesses = 0;
    this.#probedAt = this.#clock();
    this.#become('half_open');
    return true;
  }

  #hasCooled(): boolean {
    return this.#clock() - this.#openedAt >= this.#settings.openDurationMs;
  }

  #allowsProbe(): boolean {
    const now = this.#clock();
    if (now - this.#probedAt < this.#settings.probeIntervalMs) {
      return false;
    }
    this.#probedAt = now;
    return true;
  }

  #succeed(): void {
    if (this.#state === 'closed') {
      this.#window.succeed();
    } else if (this.#state === 'half_open') {
      this.#probeSuccesses += 1;
      if (this.#probeSuccesses >= this.#settings.successesToClose) {
        this.#window.reset();
        this.#become('closed');
      }
    }
  }

  #fail(outcome: 'failure' | 'timeout'): void {
    if (outcome === 'timeout') {
      this.#window.timeout();
    } else {
      this.#window.fail();
    }
    if (this.#state === 'half_open' || (this.#state === 'closed' && this.#shouldOpen())) {
      this.#openedAt = this.#clock();
      this.#become('open');
    }
  }

  #shouldOpen(): boolean {
    const { total, errorRate } = this.#window.counts();
    return total >= this.#settings.minSamples && errorRate >= this.#settings.errorRate;
  }

  #become(state: BreakerState): void {
    const from = this.state;
    this.#state = state;
    this.#tell(from);
  }

  #tell(from: BreakerState): void {
    const to = this.state;
    if (from !== to && this.#changes.hasListeners) {
      const { scope, key } = this;
      this.#changes.emit({ scope, key, from, to, counts: this.#window.counts() });
    }
  }
}
