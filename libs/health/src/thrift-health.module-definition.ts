import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { ThriftHealthOptions } from './thrift-health-options.js';

/** Token of the {@link ThriftHealthOptions} of the module. */
export const THRIFT_HEALTH_OPTIONS = Symbol('THRIFT_HEALTH_OPTIONS');

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<ThriftHealthOptions>({
  optionsInjectionToken: THRIFT_HEALTH_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createThriftHealthOptions')
  .build();
