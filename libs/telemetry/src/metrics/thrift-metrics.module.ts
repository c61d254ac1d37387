import {
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import {
  THRIFT_MODULE_OPTIONS,
  ThriftClient,
  type ThriftModuleOptions,
  ThriftServer,
} from '@nestjs-thrift/microservice';
import type { ClientTransport } from '@nestjs-thrift/transport';
import { RuntimeWatch } from '../runtime/runtime-watch.js';
import {
  type ThriftMetricsOptions,
  ConfigurableModuleClass,
  THRIFT_METRICS_OPTIONS,
} from './thrift-metrics-options.js';
import { ThriftMetrics } from './thrift-metrics.js';

/**
 * Puts {@link ThriftMetrics} into the container and shows it the servers and clients that are there. What they do it learns
 * as their observer. Also warns in the log when the event loop is late or the heap grows.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     PrometheusModule.register(),
 *     ThriftModule.forRootAsync({
 *       imports: [ThriftMetricsModule.forRoot({})],
 *       inject: [ThriftMetrics],
 *       useFactory: (metrics: ThriftMetrics) => ({
 *         server: { port: 8888, observers: [metrics] },
 *         client: { observers: [metrics] },
 *       }),
 *     }),
 *   ],
 * })
 * class AppModule {}
 * ```
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: ThriftMetrics,
      inject: [THRIFT_METRICS_OPTIONS],
      useFactory: (options: ThriftMetricsOptions) => new ThriftMetrics(options),
    },
  ],
  exports: [ThriftMetrics],
})
export class ThriftMetricsModule
  extends ConfigurableModuleClass
  implements OnApplicationBootstrap, OnApplicationShutdown
{
  #watch: RuntimeWatch | undefined;

  constructor(
    @Inject(THRIFT_METRICS_OPTIONS) private readonly options: ThriftMetricsOptions,
    private readonly metrics: ThriftMetrics,
    private readonly discovery: DiscoveryService,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    const { warnings = {} } = this.options;
    if (warnings !== false) {
      // Nest calls this twice for a microservice that is initialised before it listens.
      this.#watch ??= new RuntimeWatch(warnings, {
        onWarning: (warning) => this.metrics.warned(warning),
      });
    }
    const clients: ThriftClient[] = [];
    for (const { token, instance } of this.discovery.getProviders()) {
      if (token === THRIFT_MODULE_OPTIONS) {
        this.metrics.runsAs((instance as ThriftModuleOptions).serviceName ?? '');
      }
      if (instance instanceof ThriftClient) {
        clients.push(instance);
      }
      if (instance instanceof ThriftServer) {
        this.#watchServer(instance);
      }
    }
    // From the first call on; the rest would show services that are never called.
    for (const client of clients) {
      for (const governance of client.governances) {
        this.metrics.watchCalls(governance);
      }
    }
    this.metrics.onServiceCalled((service) => {
      for (const client of clients) {
        this.#watchClient(client, service);
      }
    });
  }

  onApplicationShutdown(): void {
    this.#watch?.close();
    this.metrics.close();
  }

  #watchServer(server: ThriftServer): void {
    server.status.subscribe((status) => this.metrics.serverStateChanged(server, status));
  }

  #watchClient(client: ThriftClient, service: ServiceDefinition): void {
    const governance = client.governances.find((candidate) => candidate.service === service);
    if (governance === undefined) {
      return;
    }
    this.metrics.watchGovernance(governance);
    this.metrics.watchPools(governance.targetServiceName, client.unwrap<ClientTransport>());
  }
}
