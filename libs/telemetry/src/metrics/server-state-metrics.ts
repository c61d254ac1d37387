import type { ThriftServerStatus } from '@nestjs-thrift/microservice';
import type { MetricFactory } from './metric-factory.js';

const STATUSES: readonly ThriftServerStatus[] = ['listening', 'draining', 'closed'];

/** What the servers of the process are doing, as counts by state. A drain that does not end is seen here. */
export class ServerStateMetrics {
  readonly #servers = new Map<object, ThriftServerStatus>();

  constructor(factory: MetricFactory) {
    const metric = factory.gauge({
      name: 'server_state',
      help: 'Servers of this process by state',
      labelNames: ['state'],
      collect: () => {
        for (const state of STATUSES) {
          metric.set({ state }, this.#countIn(state));
        }
      },
    });
  }

  changed(server: object, status: ThriftServerStatus): void {
    this.#servers.set(server, status);
  }

  #countIn(state: ThriftServerStatus): number {
    let count = 0;
    for (const status of this.#servers.values()) {
      if (status === state) {
        count++;
      }
    }
    return count;
  }
}
