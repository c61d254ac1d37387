import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Counter, Gauge } from 'prom-client';
import type { MetricFactory } from './metric-factory.js';

const NANOSECONDS = 1e9;
const RESOLUTION_MS = 10;
const BLOCKED_TICK_MS = 25;
const MIN_BLOCKED_MS = 50;

/**
 * How busy and how late the event loop is: the first thing to look at when everything is slow at once. Delays are those since the
 * last scrape; utilization and blocked time are counters, so that several scrapers see the same.
 */
export class EventLoopMetrics {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #timer: NodeJS.Timeout;
  #tickedAt = performance.now();
  #blockedMs = 0;

  constructor(factory: MetricFactory) {
    this.#delay.enable();
    const delay = (name: string, what: string, read: () => number) => {
      const metric: Gauge = factory.gauge({
        name: `event_loop_delay_${name}_seconds`,
        help: `${what} of the delay of the event loop since the last scrape`,
        collect: () => metric.set(this.#seconds(read())),
      });
    };
    delay('p50', 'Median', () => this.#delay.percentile(50));
    delay('p99', '99th percentile', () => this.#delay.percentile(99));
    // The last one: it starts the next interval.
    delay('max', 'Maximum', () => {
      const { max } = this.#delay;
      this.#delay.reset();
      return max;
    });
    counter(factory, {
      name: 'event_loop_active_seconds_total',
      help: 'Time that the event loop was not idle; its rate is the utilization',
      readMs: () => performance.eventLoopUtilization().active,
    });
    counter(factory, {
      name: 'event_loop_blocked_seconds_total',
      help: `Time that the event loop was blocked for more than ${MIN_BLOCKED_MS} ms at a stretch`,
      readMs: () => this.#blockedMs,
    });
    this.#timer = setInterval(() => this.#tick(), BLOCKED_TICK_MS).unref();
  }

  close(): void {
    this.#delay.disable();
    clearInterval(this.#timer);
  }

  /** The histogram measures the time between two ticks; what is above its own interval is delay. Nothing measured yet is 0. */
  #seconds(nanoseconds: number): number {
    return Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1000);
  }

  #tick(): void {
    const now = performance.now();
    const lateMs = now - this.#tickedAt - BLOCKED_TICK_MS;
    this.#tickedAt = now;
    if (lateMs > MIN_BLOCKED_MS) {
      this.#blockedMs += lateMs;
    }
  }
}

function counter(
  factory: MetricFactory,
  {
    name,
    help,
    readMs,
  }: { readonly name: string; readonly help: string; readonly readMs: () => number },
): void {
  const metric: Counter = factory.counter({
    name,
    help,
    collect: () => {
      metric.reset();
      metric.inc(readMs() / 1000);
    },
  });
}
