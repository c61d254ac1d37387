import {
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import {
  THRIFT_MODULE_OPTIONS,
  ThriftGovernanceConfig,
  type ThriftModuleOptions,
  ThriftServer,
} from '@nestjs-thrift/microservice';
import { RuntimeWatch } from '../runtime/runtime-watch.js';
import {
  type ThriftMetricsOptions,
  ConfigurableModuleClass,
  THRIFT_METRICS_OPTIONS,
} from './thrift-metrics-options.js';
import { ThriftMetrics } from './thrift-metrics.js';

/**
 * Puts {@link ThriftMetrics} into the container and shows it the servers and the configuration that are there. What servers
 * and clients do it learns as their observer. Also warns in the log when the event loop is late or the heap grows.
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
    for (const { token, instance } of this.discovery.getProviders()) {
      if (token === THRIFT_MODULE_OPTIONS) {
        this.metrics.runsAs((instance as ThriftModuleOptions).serviceName ?? '');
      }
      if (instance instanceof ThriftGovernanceConfig && instance.source !== undefined) {
        this.metrics.watchConfig(instance.source);
      }
      if (instance instanceof ThriftServer) {
        this.#watchServer(instance);
      }
    }
  }

  onApplicationShutdown(): void {
    this.#watch?.close();
    this.metrics.close();
  }

  #watchServer(server: ThriftServer): void {
    server.status.subscribe((status) => this.metrics.serverStateChanged(server, status));
  }
}
