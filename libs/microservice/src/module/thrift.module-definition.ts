import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { ThriftModuleOptions } from './thrift-module-options.js';

/** Token of the {@link ThriftModuleOptions} the application was configured with. */
export const THRIFT_MODULE_OPTIONS = Symbol('THRIFT_MODULE_OPTIONS');

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<ThriftModuleOptions>({
    optionsInjectionToken: THRIFT_MODULE_OPTIONS,
  })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createThriftOptions')
    // Global by default, because `forFeature` in any module builds on what was configured here.
    .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({
      ...definition,
      global: isGlobal,
    }))
    .build();
