import {
  type CallOutcome,
  ContextKey,
  type IncomingCall,
  type OutgoingCall,
} from '@nestjs-thrift/transport';
import type { Counter, Histogram } from 'prom-client';
import { displayName, type ServiceNames } from '../service-names.js';
import type { BoundedValues, MetricFactory } from './metric-factory.js';
import type { GovernedCallEnd } from './governed-calls.js';
import type { RequestMetrics } from './plain-request-metrics.js';

const LABELS = ['caller', 'callee', 'method', 'status', 'retry'] as const;
type Label = (typeof LABELS)[number];

const BUCKETS_MICROSECONDS = [5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000];
const UNKNOWN = 'unknown';
/** Persistent metadata in which a caller says which retry a request is. */
const RETRY_KEY = 'RetryReq';

interface Totals {
  readonly throughput: Counter<Label>;
  readonly latency: Histogram<Label>;
}

/** Calls as Kitex's monitor-prometheus counts them, so that its dashboards work. */
export class MonitorRequestMetrics implements RequestMetrics {
  readonly #serviceNames: ServiceNames | undefined;
  #serviceName: string;
  /** Caller names come from outside: any client can claim any name. */
  readonly #callers: BoundedValues;
  /** Set for calls that are counted when they end. A separate object: another one counts other clients. */
  readonly #isGoverned = new ContextKey<boolean>('telemetry.isGoverned');

  readonly #server: Totals;
  readonly #client: Totals;

  constructor(
    factory: MetricFactory,
    serviceNames: ServiceNames | undefined,
    serviceName: string,
    callers: BoundedValues,
  ) {
    this.#serviceNames = serviceNames;
    this.#serviceName = serviceName;
    this.#callers = callers;

    this.#server = totals(factory, 'server', 'handled by the server');
    this.#client = totals(factory, 'client', 'made by the client');
  }

  /** Names this process, unless the options do. */
  runsAs(serviceName: string): void {
    this.#serviceName ||= serviceName;
  }

  served(call: IncomingCall, outcome: CallOutcome): void {
    const retry = readRetry(call.persistentMetadata.get(RETRY_KEY));
    this.#count(this.#server, call, outcome, this.#callers.admit(call.caller || UNKNOWN), retry);
  }

  began({ context }: OutgoingCall): void {
    context.set(this.#isGoverned, true);
  }

  /** Kitex counts a call once, with the number of its retries; a call without policies has no retries. */
  attempted(call: OutgoingCall, outcome: CallOutcome): void {
    if (call.context.get(this.#isGoverned)) {
      return;
    }
    this.#count(this.#client, call, outcome, this.#serviceName || UNKNOWN, String(call.attempt));
  }

  called(call: OutgoingCall, end: GovernedCallEnd): void {
    this.#count(this.#client, call, end, this.#serviceName || UNKNOWN, String(end.retries));
  }

  #count(
    { throughput, latency }: Totals,
    call: IncomingCall | OutgoingCall,
    { failed, durationMs }: Pick<CallOutcome, 'failed' | 'durationMs'>,
    caller: string,
    retry: string,
  ): void {
    const labels = {
      caller,
      callee: displayName(call.service, this.#serviceNames),
      method: call.method.name,
      status: failed ? 'error' : 'succeed',
      retry,
    };
    throughput.inc(labels);
    latency.observe(labels, durationMs * 1000);
  }
}

function totals(factory: MetricFactory, side: 'server' | 'client', what: string): Totals {
  return {
    throughput: factory.counter({
      name: `${side}_throughput`,
      help: `Calls ${what}`,
      labelNames: LABELS,
    }),
    latency: factory.histogram({
      name: `${side}_latency_us`,
      help: `Microseconds that calls ${what} took`,
      labelNames: LABELS,
      buckets: BUCKETS_MICROSECONDS,
    }),
  };
}

/** One digit, or nothing we would make a time series of. */
function readRetry(value: string | undefined): string {
  return value !== undefined && /^\d$/.test(value) ? value : '0';
}
