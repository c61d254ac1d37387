import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricFactory } from './metric-factory.js';

const NANOSECONDS = 1e9;
const RESOLUTION_MS = 10;

/** How late the event loop was since the last scrape: the first thing to look at when everything is slow at once. */
export class EventLoopMetrics {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor(factory: MetricFactory) {
    this.#delay.enable();
    const metric = factory.gauge({
      name: 'event_loop_delay_seconds',
      help: 'Delay of the event loop since the last scrape',
      labelNames: ['quantile'],
      collect: () => {
        metric.set({ quantile: '0.5' }, this.#seconds(this.#delay.percentile(50)));
        metric.set({ quantile: '0.99' }, this.#seconds(this.#delay.percentile(99)));
        metric.set({ quantile: '1' }, this.#seconds(this.#delay.max));
        this.#delay.reset();
      },
    });
  }

  close(): void {
    this.#delay.disable();
  }

  /** The histogram measures the time between two ticks; what is above its own interval is delay. Nothing measured yet is 0. */
  #seconds(nanoseconds: number): number {
    return Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1000);
  }
}
