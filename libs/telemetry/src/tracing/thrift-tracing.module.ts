import { ConfigurableModuleBuilder, type DynamicModule, Module } from '@nestjs/common';
import { ThriftObserverModule } from '@nestjs-thrift/microservice';
import { ThriftTracing, type ThriftTracingOptions } from './thrift-tracing.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<ThriftTracingOptions>()
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createThriftTracingOptions')
    .build();

/**
 * Traces the calls of all servers and clients of the container with {@link ThriftTracing}: importing it is enough. Calls that fail on
 * the client itself, such as those that a breaker rejects, have spans too. SDK and exporters are the application's.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     ThriftModule.forRoot({ serviceName: 'example.user', server: { port: 8888 } }),
 *     ThriftTracingModule.forRoot(),
 *   ],
 * })
 * class AppModule {}
 * ```
 */
@Module({
  imports: [ThriftObserverModule],
  providers: [
    {
      provide: ThriftTracing,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: ThriftTracingOptions) => new ThriftTracing(options),
    },
  ],
  exports: [ThriftTracing],
})
export class ThriftTracingModule extends ConfigurableModuleClass {
  /** Traces calls as the options say. */
  static override forRoot(options: ThriftTracingOptions = {}): DynamicModule {
    return super.forRoot(options);
  }
}
