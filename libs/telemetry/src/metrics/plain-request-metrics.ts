import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { GovernedCallEnd } from './governed-calls.js';
import type { CallOutcome, IncomingCall, OutgoingCall } from '@nestjs-thrift/transport';
import { CallTotals } from './call-totals.js';
import type { MetricFactory } from './metric-factory.js';
import { ScrapedHistogram } from './scraped-histogram.js';

/** Counts calls, under the names of one convention. */
export interface RequestMetrics {
  /** A request was served. */
  served(call: IncomingCall, outcome: CallOutcome): void;
  /** A call begins that {@link RequestMetrics.called} will report; its attempts are reported too. */
  began?(call: OutgoingCall): void;
  /** An attempt of a call ended. */
  attempted(call: OutgoingCall, outcome: CallOutcome): void;
  /** A call ended for its caller, after all attempts. */
  called(call: OutgoingCall, end: GovernedCallEnd): void;
  /** A server serves the service. */
  serves?(service: ServiceDefinition): void;
  /** A governed client may call the service. */
  calls?(service: ServiceDefinition): void;
  /** Names this process, for conventions with a label of it. */
  runsAs?(serviceName: string): void;
}

/** As Prometheus' own clients have them. */
const DEFAULT_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Calls by service, method and status, with durations in seconds. */
export class PlainRequestMetrics implements RequestMetrics {
  readonly #servedTotals: CallTotals;
  readonly #attemptedTotals: CallTotals;
  readonly #calledTotals: CallTotals;

  constructor(factory: MetricFactory, bucketsSeconds: readonly number[] = DEFAULT_BUCKETS_SECONDS) {
    const bounds = [...bucketsSeconds].sort((left, right) => left - right);
    this.#servedTotals = new CallTotals(bounds);
    this.#attemptedTotals = new CallTotals(bounds);
    this.#calledTotals = new CallTotals(bounds);
    expose(factory, 'request', 'Requests served', this.#servedTotals);
    expose(factory, 'client_request', 'Attempts of calls made', this.#attemptedTotals);
    expose(factory, 'client_call', 'Calls made, with all their attempts', this.#calledTotals);
  }

  serves(service: ServiceDefinition): void {
    this.#servedTotals.expect(service);
  }

  calls(service: ServiceDefinition): void {
    this.#attemptedTotals.expect(service);
    this.#calledTotals.expect(service);
  }

  served(call: IncomingCall, outcome: CallOutcome): void {
    this.#servedTotals.count(call, outcome, outcome.durationMs / 1000);
  }

  attempted(call: OutgoingCall, outcome: CallOutcome): void {
    this.#attemptedTotals.count(call, outcome, outcome.durationMs / 1000);
  }

  called(call: OutgoingCall, outcome: GovernedCallEnd): void {
    this.#calledTotals.count(call, outcome, outcome.durationMs / 1000);
  }
}

const METHOD_LABELS = ['service', 'method'] as const;

/** @param bareName in the singular. */
function expose(factory: MetricFactory, bareName: string, what: string, totals: CallTotals): void {
  const requests = factory.counter({
    name: `${bareName}s_total`,
    help: `${what}, by outcome; declared exceptions and business statuses are successes`,
    labelNames: [...METHOD_LABELS, 'status'],
    collect: () => {
      requests.reset();
      for (const { labels, successes, errors, superseded } of totals.all()) {
        requests.inc({ ...labels, status: 'success' }, successes);
        requests.inc({ ...labels, status: 'error' }, errors);
        if (superseded > 0) {
          requests.inc({ ...labels, status: 'superseded' }, superseded);
        }
      }
    },
  });
  factory.own(
    `${bareName}_duration_seconds`,
    (name) =>
      new ScrapedHistogram(name, `${what}: how long they took`, METHOD_LABELS, {
        series: () =>
          Array.from(totals.all(), ({ labels, durations }) => ({ labels, counts: durations })),
        reset: () => totals.reset(),
      }),
  );
}
