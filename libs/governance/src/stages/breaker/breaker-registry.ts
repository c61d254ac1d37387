import type { BreakerOutcome } from '@nestjs-thrift/codec/internal';
import type { BreakerScope } from '../../errors/errors.js';
import { Emitter, type Subscribe } from '../../support/emitter.js';
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

/** The breakers of a client by key, so that calls of the same kind share one. Kitex: the panels of a CBSuite. */
export class BreakerRegistry {
  readonly #options: BreakerRegistryOptions;
  readonly #maxBreakers: number;
  readonly #breakers = new Map<string, CircuitBreaker>();
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
    return this.#breakers.get(key);
  }

  /** The breaker of a key, made with these options if there is none yet. */
  obtain(key: string, options: CircuitBreakerOptions): CircuitBreaker {
    const known = this.#breakers.get(key);
    if (known !== undefined) {
      return known;
    }
    const breaker = new CircuitBreaker(options, { ...this.#options, key });
    breaker.onStateChange((change) => this.#changes.emit(change));
    this.#evict();
    this.#breakers.set(key, breaker);
    return breaker;
  }

  /** Gives all breakers new options; their windows and states stay. */
  updateAll(options: CircuitBreakerOptions): void {
    for (const breaker of this.#breakers.values()) {
      breaker.update(options);
    }
  }

  delete(key: string): void {
    this.#breakers.delete(key);
  }

  snapshots(): readonly BreakerSnapshot[] {
    return [...this.#breakers.values()].map((breaker) => breaker.snapshot());
  }

  #evict(): void {
    if (this.#breakers.size >= this.#maxBreakers) {
      const [oldest] = this.#breakers.keys();
      this.#breakers.delete(oldest!);
    }
  }
}
