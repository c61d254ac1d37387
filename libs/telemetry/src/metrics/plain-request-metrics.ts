import type { CallOutcome, IncomingCall, OutgoingCall } from '@nestjs-thrift/transport';
import type { Counter, Histogram } from 'prom-client';
import { displayName, type ServiceNames } from '../service-names.js';
import type { MetricFactory } from './metric-factory.js';
import type { RequestMetrics } from './request-metrics.js';

/** As Prometheus' own clients have them. */
const DEFAULT_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Calls by service, method and status, with durations in seconds. */
export class PlainRequestMetrics implements RequestMetrics {
  private readonly servedTotals: Totals;
  private readonly calledTotals: Totals;

  constructor(
    factory: MetricFactory,
    private readonly serviceNames: ServiceNames | undefined,
    bucketsSeconds: readonly number[] = DEFAULT_BUCKETS_SECONDS,
  ) {
    this.servedTotals = totals(factory, '', 'Requests served', bucketsSeconds);
    this.calledTotals = totals(factory, 'client_', 'Attempts of calls made', bucketsSeconds);
  }

  served(call: IncomingCall, outcome: CallOutcome): void {
    this.count(this.servedTotals, call, outcome);
  }

  called(call: OutgoingCall, outcome: CallOutcome): void {
    this.count(this.calledTotals, call, outcome);
  }

  private count(
    { requests, duration }: Totals,
    call: IncomingCall | OutgoingCall,
    { failed, durationMs }: CallOutcome,
  ): void {
    const service = displayName(call.service, this.serviceNames);
    const method = call.method.name;
    requests.inc({ service, method, status: failed ? 'error' : 'success' });
    duration.observe({ service, method }, durationMs / 1000);
  }
}

interface Totals {
  readonly requests: Counter<'service' | 'method' | 'status'>;
  readonly duration: Histogram<'service' | 'method'>;
}

function totals(
  factory: MetricFactory,
  side: '' | 'client_',
  what: string,
  bucketsSeconds: readonly number[],
): Totals {
  return {
    requests: factory.counter({
      name: `${side}requests_total`,
      help: `${what}, by outcome; declared exceptions and business statuses are successes`,
      labelNames: ['service', 'method', 'status'],
    }),
    duration: factory.histogram({
      name: `${side}request_duration_seconds`,
      help: `${what}: how long they took`,
      labelNames: ['service', 'method'],
      buckets: [...bucketsSeconds],
    }),
  };
}
