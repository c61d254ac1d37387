import type { BreakerOutcome } from '@nestjs-thrift/codec/internal';
import type { BreakerScope } from '../../errors/errors.js';
import { Emitter, type Subscribe, type Subscription } from '../../support/emitter.js';
import type { Clock } from '../../support/clock.js';
import type { CircuitBreakerOptions } from './breaker-options.js';
import {
  CircuitBreaker,
  type BreakerSnapshot,
  type BreakerStateChange,
} from './circuit-breaker.js';

/** What the breakers of a registry have in common. */
export interface BreakerRegistryOptions {
  readonly scope: BreakerScope;
  readonly classify: (error: unknown) => BreakerOutcome;
  /** Breakers kept at most; beyond, the one made first goes. Default 10,000. */
  readonly maxBreakers?: number;
  readonly clock?: Clock;
}

interface Registered {
  readonly breaker: CircuitBreaker;
  readonly subscription: Subscription;
}

/** The breakers of a client by key, so that calls of the same kind share one. Kitex: the panels of a CBSuite. */
export class BreakerRegistry {
  readonly #options: BreakerRegistryOptions;
  readonly #maxBreakers: number;
  readonly #breakers = new Map<string, Registered>();
  readonly #changes = new Emitter<BreakerStateChange>();

  /** State changes of all breakers. */
  readonly onStateChange: Subscribe<BreakerStateChange> = this.#changes.event;

  constructor(options: BreakerRegistryOptions) {
    this.#options = options;
    this.#maxBreakers = options.maxBreakers ?? 10_000;
  }

  get size(): number {
    return this.#breakers.size;
  }

  /** The breaker of a key, if there is one. */
  find(key: string): CircuitBreaker | undefined {
    return this.#breakers.get(key)?.breaker;
  }

  /** The breaker of a key, made with these options if there is none yet. */
  obtain(key: string, options: CircuitBreakerOptions): CircuitBreaker {
    const known = this.#breakers.get(key)?.breaker;
    if (known !== undefined) {
      return known;
    }
    const breaker = new CircuitBreaker(options, { ...this.#options, key });
    const subscription = breaker.onStateChange((change) => this.#changes.emit(change));
    this.#evict();
    this.#breakers.set(key, { breaker, subscription });
    return breaker;
  }

  /** Gives all breakers new options; their windows and states stay. */
  updateAll(options: CircuitBreakerOptions): void {
    for (const { breaker } of this.#breakers.values()) {
      breaker.update(options);
    }
  }

  /** Forgets a breaker. One that is not closed is reported as closed, once and for all: calls in flight change nothing. */
  delete(key: string): void {
    const registered = this.#breakers.get(key);
    if (registered === undefined) {
      return;
    }
    this.#breakers.delete(key);
    const { breaker, subscription } = registered;
    const { state: from, scope } = breaker;
    subscription.dispose();
    if (from !== 'closed') {
      this.#changes.emit({ scope, key, from, to: 'closed', counts: breaker.snapshot().counts });
    }
  }

  /** Forgets all breakers. */
  clear(): void {
    for (const key of this.#breakers.keys()) {
      this.delete(key);
    }
  }

  snapshots(): readonly BreakerSnapshot[] {
    return [...this.#breakers.values()].map(({ breaker }) => breaker.snapshot());
  }

  #evict(): void {
    if (this.#breakers.size >= this.#maxBreakers) {
      const [oldest] = this.#breakers.keys();
      this.delete(oldest!);
    }
  }
}
