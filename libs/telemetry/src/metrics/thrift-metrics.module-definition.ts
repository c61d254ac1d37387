import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { ThriftMetricsOptions } from './thrift-metrics-options.js';

/** Token of the {@link ThriftMetricsOptions} of the module. */
export const THRIFT_METRICS_OPTIONS = Symbol('THRIFT_METRICS_OPTIONS');

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<ThriftMetricsOptions>({
  optionsInjectionToken: THRIFT_METRICS_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createThriftMetricsOptions')
  .build();
