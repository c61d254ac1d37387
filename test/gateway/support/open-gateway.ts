import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type DynamicModule, type INestApplication, Module, type Type } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ThriftGatewayModule, type ThriftGatewayModuleOptions } from '@nestjs-thrift/gateway';
import { ThriftModule } from '@nestjs-thrift/microservice';
import { LogRecorder } from '#test/log-recorder.js';

/** The adapters that all tests of the gateway run with. */
export const ADAPTERS = ['express', 'fastify'] as const;
export type Adapter = (typeof ADAPTERS)[number];

/** Where the IDL of the tests is. */
export const IDL = join(import.meta.dirname, '../idl');

/** An application with a gateway. */
export interface GatewayApp {
  readonly app: INestApplication;
  readonly port: number;
  readonly logger: LogRecorder;
  close(): Promise<void>;
}

/** What differs from a gateway of `gateway.thrift`. */
export interface AppSetUp {
  readonly adapter: Adapter;
  /** Address of the Thrift server. */
  readonly endpoint: string;
  readonly options?: Partial<ThriftGatewayModuleOptions>;
  /** Makes the gateway in place of `options`. */
  readonly module?: (endpoint: string) => Promise<DynamicModule>;
  readonly controllers?: readonly Type[];
  readonly providers?: readonly (Type | { provide: unknown; useValue: unknown })[];
  /** Changes the application before it starts. */
  readonly configure?: (app: INestApplication) => void;
  readonly rawBody?: boolean;
}

/** Starts a gateway in front of a Thrift server on a free port. Tests have `startGateway`, which ends it with them. */
export async function openGateway({
  adapter,
  endpoint,
  options,
  module,
  controllers = [],
  providers = [],
  configure,
  rawBody = true,
}: AppSetUp): Promise<GatewayApp> {
  const client = {
    endpoints: [endpoint],
    attemptTimeoutMs: 1_500,
    transport: 'TTHeaderFramed',
  } as const;
  @Module({
    imports: [
      ThriftModule.forRoot({}),
      module?.(endpoint) ??
        ThriftGatewayModule.forRoot({
          idl: { path: join(IDL, 'gateway.thrift') },
          services: [{ service: 'Gateway', ...client }],
          ...options,
        }),
    ],
    controllers: [...controllers],
    providers: [...providers] as never,
  })
  class AppModule {}
  const logger = new LogRecorder();
  const http = adapter === 'express' ? await strictExpress() : new FastifyAdapter();
  const app = await NestFactory.create(AppModule, http, { logger, rawBody, abortOnError: false });
  try {
    configure?.(app);
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await app.close();
    throw error;
  }
  const { port } = app.getHttpServer().address() as { port: number };
  return { app, port, logger, close: () => app.close() };
}

/** Express that tells `/p/42/` from `/p/42`, as Kitex and Fastify do: a gateway that replaces one of Kitex is set up so. */
async function strictExpress(): Promise<AbstractHttpAdapter> {
  const name: string = '@nestjs/platform-express';
  const { ExpressAdapter } = (await import(name)) as {
    ExpressAdapter: new (instance: unknown) => AbstractHttpAdapter;
  };
  const express = createRequire(import.meta.url)('express') as () => {
    set(setting: string, value: boolean): void;
  };
  const instance = express();
  instance.set('strict routing', true);
  return new ExpressAdapter(instance);
}
