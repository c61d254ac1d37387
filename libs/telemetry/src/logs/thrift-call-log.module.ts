import { ConfigurableModuleBuilder, type DynamicModule, Module } from '@nestjs/common';
import { ThriftObserverModule } from '@nestjs-thrift/microservice';
import type { ThriftCallLogOptions } from './call-log-options.js';
import { ThriftCallLog } from './thrift-call-log.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<ThriftCallLogOptions>()
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createThriftCallLogOptions')
    .build();

/**
 * Logs the calls of all servers and clients of the container with {@link ThriftCallLog}: importing it is enough.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     ThriftModule.forRoot({ serviceName: 'example.user', server: { port: 8888 } }),
 *     ThriftCallLogModule.forRoot({ sampleRate: 0.01, slowMs: 200 }),
 *   ],
 * })
 * class AppModule {}
 * ```
 */
@Module({
  imports: [ThriftObserverModule],
  providers: [
    {
      provide: ThriftCallLog,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: ThriftCallLogOptions) => new ThriftCallLog(options),
    },
  ],
  exports: [ThriftCallLog],
})
export class ThriftCallLogModule extends ConfigurableModuleClass {
  /** Logs calls as the options say. */
  static override forRoot(options: ThriftCallLogOptions = {}): DynamicModule {
    return super.forRoot(options);
  }
}
