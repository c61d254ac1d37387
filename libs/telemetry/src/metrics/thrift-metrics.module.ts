import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import {
  ThriftGovernanceConfig,
  ThriftObserverModule,
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
 * Measures all servers and clients of the container: importing it is enough. {@link ThriftMetrics} can be injected. Also warns in the
 * log when the event loop is late or the heap grows.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     PrometheusModule.register(),
 *     ThriftMetricsModule.forRoot(),
 *     ThriftModule.forRoot({ serviceName: 'example.user', server: { port: 8888 } }),
 *   ],
 * })
 * class AppModule {}
 * ```
 */
@Module({
  imports: [DiscoveryModule, ThriftObserverModule],
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

  /** Measures, under the names and within the bounds of the options. */
  static override forRoot(options: ThriftMetricsOptions = {}): DynamicModule {
    return super.forRoot(options);
  }

  onApplicationBootstrap(): void {
    const { warnings = {} } = this.options;
    if (warnings !== false) {
      // Nest calls this twice for a microservice that is initialised before it listens.
      this.#watch ??= new RuntimeWatch(warnings, {
        onWarning: (warning) => this.metrics.warned(warning),
      });
    }
    for (const { instance } of this.discovery.getProviders()) {
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
