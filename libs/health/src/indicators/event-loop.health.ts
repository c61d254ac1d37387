import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { degraded } from './degraded.js';

const RESOLUTION_MS = 10;
const NANOSECONDS_PER_MS = 1e6;

/** Whether the process keeps up. */
@Injectable()
export class EventLoopHealthIndicator implements OnApplicationShutdown {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor(private readonly health: HealthIndicatorService) {
    this.#delay.enable();
  }

  /**
   * Degraded when the delay of the event loop since the last check was above a bound in 1 of 100 samples. Never down: a
   * replica that is taken out for being slow leaves its load to the others, which then are slow too.
   */
  keepsUp<Key extends string>(key: Key, maxLagMs: number): HealthIndicatorResult<Key> {
    const lagMs = Math.max(
      0,
      Math.round(this.#delay.percentile(99) / NANOSECONDS_PER_MS) - RESOLUTION_MS,
    );
    this.#delay.reset();
    return lagMs > maxLagMs
      ? degraded(this.health, key, { lagMs, maxLagMs })
      : this.health.check(key).up({ lagMs });
  }

  onApplicationShutdown(): void {
    this.#delay.disable();
  }
}
