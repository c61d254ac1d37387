import type { FactoryProvider, Provider } from '@nestjs/common';
import {
  getThriftClientProxyToken,
  getThriftClientToken,
} from '../client/thrift-client-options.js';
import { ThriftClient } from '../client/thrift-client.js';
import { ThriftGovernanceConfig } from '../governance/governance-config.js';
import {
  type ThriftFeature,
  type ThriftFeatureAsyncOptions,
  type ThriftFeatureOptions,
  type ThriftFeatureOptionsFactory,
  type ThriftModuleOptions,
  THRIFT_MODULE_OPTIONS,
} from './thrift-module-options.js';

/** Providers of one client whose options are known. */
export function featureProviders({ name, ...options }: ThriftFeature): Provider[] {
  return clientProviders(name, { provide: optionsToken(name), useFactory: () => options });
}

/** Providers of one client whose options come from the container. */
export function asyncFeatureProviders(feature: ThriftFeatureAsyncOptions): Provider[] {
  const { name, useFactory, inject, useClass, useExisting } = feature;
  const provide = optionsToken(name);
  if (useFactory !== undefined) {
    return clientProviders(name, { provide, useFactory, inject: inject ?? [] });
  }
  const factory = useExisting ?? useClass;
  if (factory === undefined) {
    throw new Error(`Thrift client "${name}" needs useFactory, useClass or useExisting`);
  }
  const options: FactoryProvider = {
    provide,
    useFactory: (made: ThriftFeatureOptionsFactory) => made.createThriftFeatureOptions(),
    inject: [factory],
  };
  return [...(useClass === undefined ? [] : [useClass]), ...clientProviders(name, options)];
}

function clientProviders(name: string, options: FactoryProvider): Provider[] {
  return [
    options,
    {
      provide: getThriftClientProxyToken(name),
      inject: [
        options.provide,
        { token: THRIFT_MODULE_OPTIONS, optional: true },
        { token: ThriftGovernanceConfig, optional: true },
      ],
      useFactory: createClient,
    },
    {
      provide: getThriftClientToken(name),
      inject: [getThriftClientProxyToken(name), options.provide],
      useFactory: (client: ThriftClient, { service }: ThriftFeatureOptions) =>
        client.getService(typeof service === 'string' ? service : service.name),
    },
  ];
}

async function createClient(
  { service, ...options }: ThriftFeatureOptions,
  root: ThriftModuleOptions = {},
  governance?: ThriftGovernanceConfig,
): Promise<ThriftClient> {
  const client = new ThriftClient({
    config: governance?.source,
    serviceName: root.serviceName,
    ...root.client,
    ...options,
    services: [service],
    idl: root.idl,
  });
  await client.loadServices();
  return client;
}

function optionsToken(name: string): string {
  return `ThriftClientOptions:${name}`;
}
