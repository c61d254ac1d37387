import type { FactoryProvider, Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import {
  CLIENT_OPTIONS,
  group,
  isObject,
  type OptionsOf,
  pickOptions,
  resolveOption,
} from '@nestjs-thrift/transport/internal';
import {
  getThriftClientProxyToken,
  getThriftClientToken,
} from '../client/thrift-client-options.js';
import { ThriftClient } from '../client/thrift-client.js';
import { requireService } from '../decorators/require-service.js';
import { ThriftGovernanceConfig } from '../governance/governance-config.js';
import { optionsFactory } from './options-factory.js';
import { requireSingleName } from './registered-once.js';
import {
  ASYNC_FEATURE_OPTIONS,
  FEATURE_NAMES,
  type ThriftFeature,
  type ThriftFeatureAsyncOptions,
  type ThriftFeatureOptions,
  type ThriftModuleOptions,
  checkFeatureOptions,
  THRIFT_MODULE_OPTIONS,
} from './thrift-module-options.js';

/** Providers of one client whose options are known. */
export function featureProviders({ name, connectionsOf, ...options }: ThriftFeature): Provider[] {
  requireService(options.service, clientLabel(name));
  const provider = { provide: optionsToken(name), useFactory: () => options };
  return clientProviders(name, provider, connectionsOf);
}

/** Providers of one client whose options come from the container. */
export function asyncFeatureProviders(feature: ThriftFeatureAsyncOptions): Provider[] {
  const { name, connectionsOf } = feature;
  const { providers, ...factory } = optionsFactory(
    clientLabel(name),
    'createThriftFeatureOptions',
    feature,
  );
  const options = { provide: optionsToken(name), ...factory };
  return [...providers, ...clientProviders(name, options, connectionsOf)];
}

function clientProviders(
  name: string,
  options: FactoryProvider,
  connectionsOf: string | undefined,
): Provider[] {
  return [
    options,
    {
      provide: getThriftClientProxyToken(name),
      inject: [
        options.provide,
        ModulesContainer,
        { token: THRIFT_MODULE_OPTIONS, optional: true },
        { token: ThriftGovernanceConfig, optional: true },
        ...(connectionsOf === undefined ? [] : [getThriftClientProxyToken(connectionsOf)]),
      ],
      useFactory: (
        feature: ThriftFeatureOptions,
        modules: ModulesContainer,
        root?: ThriftModuleOptions,
        governance?: ThriftGovernanceConfig,
        other?: ThriftClient,
      ) => {
        requireSingleName(modules, name);
        return createClient(name, feature, root, governance, other);
      },
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
  name: string,
  feature: ThriftFeatureOptions,
  root: ThriftModuleOptions = {},
  governance?: ThriftGovernanceConfig,
  connectionsOf?: ThriftClient,
): Promise<ThriftClient> {
  const { service, ...options } = feature ?? noOptions(clientLabel(name));
  requireService(service, clientLabel(name));
  const client = namingClient(name, () => {
    checkFeatureOptions(feature);
    return new ThriftClient({
      config: governance?.source,
      ...(connectionsOf === undefined
        ? { serviceName: root.serviceName, ...root.client }
        : { ...withoutOptions(CLIENT_OPTIONS, root.client), connectionsOf }),
      ...options,
      services: [service],
      idl: root.idl,
    });
  });
  await client.loadServices();
  return client;
}

/**
 * Checks the clients of a list before their options are made.
 *
 * @throws TypeError for wrong options, for names that two clients have, and for connections of a client that is not in the list.
 */
export function checkFeatures<Feature extends OptionsOf<typeof FEATURE_NAMES>>(
  method: 'forFeature' | 'forFeatureAsync',
  features: readonly Feature[],
): void {
  if (!Array.isArray(features)) {
    const example = method === 'forFeature' ? 'name, service, endpoints' : 'name, useFactory';
    throw new TypeError(`ThriftModule.${method} takes an array of clients: [{ ${example} }]`);
  }
  for (const [index, feature] of features.entries()) {
    const where = `ThriftModule.${method}[${index}]`;
    if (method === 'forFeatureAsync') {
      resolveOption(where, group(ASYNC_FEATURE_OPTIONS), feature);
    } else {
      // The other options are checked with the defaults of the module.
      const names = isObject(feature) ? pickOptions(FEATURE_NAMES, feature) : feature;
      resolveOption(where, group(FEATURE_NAMES), names);
    }
  }
  const names = features.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new TypeError(`two clients are called "${twice}": give each its own name`);
  }
  for (const { name, connectionsOf } of features) {
    if (connectionsOf !== undefined && (connectionsOf === name || !names.includes(connectionsOf))) {
      throw new TypeError(
        `${clientLabel(name)} uses the connections of "${connectionsOf}", which is not another client of the same list`,
      );
    }
  }
}

/** Options of the application that do not belong to connections. */
function withoutOptions(table: object, options: object = {}): object {
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => !Object.hasOwn(table, name)),
  );
}

function clientLabel(name: string): string {
  return `the Thrift client "${name}"`;
}

function noOptions(label: string): never {
  throw new TypeError(`${label} has no options: its factory returned undefined`);
}

/** Options are checked by the client, which does not know its name. */
function namingClient(name: string, create: () => ThriftClient): ThriftClient {
  try {
    return create();
  } catch (error) {
    if (error instanceof TypeError) {
      error.message = `${clientLabel(name)}: ${error.message}`;
    }
    throw error;
  }
}

function optionsToken(name: string): string {
  return `ThriftClientOptions:${name}`;
}
