import { ConfigurableModuleBuilder, type DynamicModule, Module } from '@nestjs/common';
import { ThriftObserverModule } from '@nestjs-thrift/microservice';
import {
  OpenTelemetryMetrics,
  type OpenTelemetryMetricsOptions,
} from './open-telemetry-metrics.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<OpenTelemetryMetricsOptions>()
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createOpenTelemetryMetricsOptions')
    .build();

/**
 * Measures the calls of all servers and clients of the container with {@link OpenTelemetryMetrics}: importing it is enough. SDK and
 * exporters are the application's.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     ThriftModule.forRoot({ serviceName: 'example.user', server: { port: 8888 } }),
 *     OpenTelemetryMetricsModule.forRoot(),
 *   ],
 * })
 * class AppModule {}
 * ```
 */
@Module({
  imports: [ThriftObserverModule],
  providers: [
    {
      provide: OpenTelemetryMetrics,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: OpenTelemetryMetricsOptions) => new OpenTelemetryMetrics(options),
    },
  ],
  exports: [OpenTelemetryMetrics],
})
export class OpenTelemetryMetricsModule extends ConfigurableModuleClass {
  /** Measures calls with the meter of the options. */
  static override forRoot(options: OpenTelemetryMetricsOptions = {}): DynamicModule {
    return super.forRoot(options);
  }
}
