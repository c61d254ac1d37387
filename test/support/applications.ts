import type { INestMicroservice, ModuleMetadata, Type } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import {
  ThriftClient,
  type ThriftClientOptions,
  ThriftServer,
  type ThriftServerOptions,
} from '@nestjs-thrift/microservice';
import { BareHandlers } from '../../libs/microservice/src/server/bare-handlers.js';
import { cleanUp } from './cleanup.js';
import { LogRecorder } from './log-recorder.js';

/**
 * Runs a test on the sources alone. {@link serve} finds handlers without a pipeline by a class of the sources; to it the filter of the
 * published package is one of the application.
 */
export const itOnSources = process.env['TEST_PUBLISHED'] === '1' ? it.skip : it;

export interface Served {
  readonly app: INestMicroservice;
  readonly server: ThriftServer;
  /** `host:port` to call. */
  readonly endpoint: string;
  readonly logs: LogRecorder;
}

/**
 * Serves the controllers of a module on a free port, as a pure microservice, until the test is over: as ThriftModule has
 * it, so that handlers with nothing around them are called without Nest's pipeline, unless `pipeline` is `always`.
 */
export async function serve(
  metadata: ModuleMetadata,
  options: ThriftServerOptions = {},
  configure: (app: INestMicroservice) => void = () => {},
  pipeline: 'always' | 'if needed' = 'if needed',
): Promise<Served> {
  const logs = new LogRecorder();
  const module = await Test.createTestingModule(metadata).setLogger(logs).compile();
  const get = <T>(token: Type<T>) => module.get(token, { strict: false });
  const bareHandlers = new BareHandlers(
    get(ApplicationConfig),
    get(ModulesContainer),
    get(HttpAdapterHost),
  );
  const server = new ThriftServer(
    { host: '127.0.0.1', port: 0, ...options },
    pipeline === 'always' ? undefined : bareHandlers,
  );
  const app = module.createNestMicroservice({ strategy: server });
  configure(app);
  cleanUp(() => app.close());
  const { port } = await listen(app);
  return { app, server, endpoint: `127.0.0.1:${port}`, logs };
}

/** Starts a microservice; the type of Nest hides that its address comes back. */
export async function listen(app: INestMicroservice): Promise<{ port: number }> {
  return (await app.listen()) as unknown as { port: number };
}

/** A client of one service at an endpoint, until the test is over. */
export function clientOf<Client>(
  service: ServiceDefinition<Client>,
  endpoint: string,
  options: Partial<ThriftClientOptions> = {},
): Client {
  return proxyOf(service, endpoint, options).getService(service);
}

/** The ThriftClient behind {@link clientOf}. */
export function proxyOf(
  service: ServiceDefinition,
  endpoint: string,
  options: Partial<ThriftClientOptions> = {},
): ThriftClient {
  const client = new ThriftClient({ services: [service], endpoints: [endpoint], ...options });
  cleanUp(() => client.close());
  return client;
}
