import type { ModulesContainer } from '@nestjs/core';
import { object, resolveOptions, text } from '@nestjs-thrift/transport/internal';
import {
  THRIFT_CLIENT_OPTIONS,
  type ThriftClientOptions,
} from '../client/thrift-client-options.js';
import type { GovernanceOptions } from '../governance/governance-config.js';
import type { IdlOptions } from '../idl/compile-idl.js';
import type { ThriftServerOptions } from '../server/thrift-server-options.js';
import type { ThriftModuleOptions } from './thrift-module-options.js';

const WHERE = 'ThriftModule.forRoot';

const ROOT_OPTIONS = {
  serviceName: text(),
  server: object<Omit<ThriftServerOptions, 'idl'>>(),
  client: object<Omit<Partial<ThriftClientOptions>, 'services' | 'idl'>>(),
  idl: object<IdlOptions>(),
  governance: object<GovernanceOptions>(),
};

const { services: _ofFeatures, idl: _ofRoot, ...CLIENT_DEFAULTS } = THRIFT_CLIENT_OPTIONS;

/**
 * Checks what `forRoot` was given, also by a factory, whose type may allow more than the module reads. The server checks its own
 * options.
 *
 * @throws TypeError that names each wrong option.
 */
export function checkModuleOptions(options: ThriftModuleOptions | undefined): void {
  if (options === undefined || options === null) {
    throw new TypeError(`${WHERE} has no options: its factory returned ${String(options)}`);
  }
  const { client } = resolveOptions(WHERE, ROOT_OPTIONS, options);
  resolveOptions(`${WHERE}.client`, CLIENT_DEFAULTS, client);
}

const roots = new WeakSet<ModulesContainer>();

/**
 * @throws Error for the second global `forRoot` of an application: which of both a client would follow depends on the order of
 *   imports.
 */
export function requireSingleRoot(application: ModulesContainer): void {
  if (roots.has(application)) {
    throw new Error(
      `${WHERE} is called twice in one application: keep the one of the root module, or give each { isGlobal: false } and ` +
        'import it where it is used',
    );
  }
  roots.add(application);
}
