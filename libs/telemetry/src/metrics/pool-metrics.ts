import type { Counter, Gauge } from 'prom-client';
import type { PoolStats } from '@nestjs-thrift/transport';
import type { BoundedValues, MetricFactory } from './metric-factory.js';

/** Something with pools of connections: a `ClientTransport`. */
export interface PoolSource {
  stats(): ReadonlyMap<string, PoolStats>;
}

/** Whose connections they are. */
export interface PoolService {
  /** Name of the service in the IDL. */
  readonly service: string;
  /** Its registry name. @defaultValue `service` */
  readonly targetService?: string;
}

type Label = 'service' | 'target_service' | 'target';

/** The connections of clients by target, read when Prometheus asks: nothing is counted twice and calls pay nothing. */
export class PoolMetrics {
  readonly #targets: BoundedValues;

  readonly #sources = new Map<PoolSource, PoolService>();

  constructor(factory: MetricFactory, targets: BoundedValues) {
    this.#targets = targets;

    const labelNames: Label[] = ['service', 'target_service', 'target'];
    const readBy =
      (kind: 'gauge' | 'counter') =>
      (name: string, help: string, read: (stats: PoolStats) => number): void => {
        const collect = (): void => {
          metric.reset();
          this.#each((labels, stats) => metric.inc(labels, read(stats)));
        };
        const metric: Gauge<Label> | Counter<Label> = factory[kind]({
          name,
          help,
          labelNames,
          collect,
        });
      };
    const gauge = readBy('gauge');
    const counter = readBy('counter');
    gauge('active_connections', 'Connections with calls in flight', ({ active }) => active);
    gauge('idle_connections', 'Open connections without a call', ({ idle }) => idle);
    gauge('waiting_calls', 'Calls that wait for a connection', ({ pending }) => pending);
    gauge(
      'unsent_bytes',
      'Bytes of requests that the peer has not taken',
      ({ unsentBytes }) => unsentBytes,
    );
    counter('pool_connections_opened_total', 'Connections made', ({ opened }) => opened);
    counter(
      'pool_connection_failures_total',
      'Connections that could not be made',
      (s) => s.openFailures,
    );
    counter('pool_reuses_total', 'Calls that found a connection ready', ({ reused }) => reused);
  }

  /** @param service labels of everything this source has. The first one given stays. */
  watch(service: PoolService, source: PoolSource): void {
    if (!this.#sources.has(source)) {
      this.#sources.set(source, service);
    }
  }

  #each(visit: (labels: Record<Label, string>, stats: PoolStats) => void): void {
    for (const [source, { service, targetService = service }] of this.#sources) {
      for (const [address, stats] of source.stats()) {
        visit(
          { service, target_service: targetService, target: this.#targets.admit(address) },
          stats,
        );
      }
    }
  }
}
