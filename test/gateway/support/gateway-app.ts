import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type INestApplication, Module, type Type } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ThriftGatewayModule, type ThriftGatewayModuleOptions } from '@nestjs-thrift/gateway';
import { ThriftModule } from '@nestjs-thrift/microservice';
import { cleanUp } from '#test/cleanup.js';
import { LogRecorder } from '#test/log-recorder.js';

/** The adapters that all tests of the gateway run with. */
export const ADAPTERS = ['express', 'fastify'] as const;
export type Adapter = (typeof ADAPTERS)[number];

/** Where the IDL of the tests is. */
export const IDL = join(import.meta.dirname, '../idl');

/** An application with a gateway, until the test ends. */
export interface GatewayApp {
  readonly app: INestApplication;
  readonly port: number;
  readonly logger: LogRecorder;
}

/** What differs from a gateway of `gateway.thrift`. */
export interface AppSetUp {
  readonly adapter: Adapter;
  /** Address of the Thrift server. */
  readonly endpoint: string;
  readonly options?: Partial<ThriftGatewayModuleOptions>;
  readonly controllers?: readonly Type[];
  readonly providers?: readonly (Type | { provide: unknown; useValue: unknown })[];
  /** Changes the application before it starts. */
  readonly configure?: (app: INestApplication) => void;
  readonly rawBody?: boolean;
}

/** Starts a gateway in front of a Thrift server on a free port. */
export async function startGateway({
  adapter,
  endpoint,
  options,
  controllers = [],
  providers = [],
  configure,
  rawBody = true,
}: AppSetUp): Promise<GatewayApp> {
  const client = {
    endpoints: [endpoint],
    attemptTimeoutMs: 500,
    transport: 'TTHeaderFramed',
  } as const;
  @Module({
    imports: [
      ThriftModule.forRoot({}),
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
  cleanUp(() => app.close());
  configure?.(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  return { app, port, logger };
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

/** An answer as it came over the wire. */
export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name; values of one name with `; ` between them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends bytes of one request that asks for the connection to be closed, and reads the answer. */
export async function sendRaw(port: number, request: string | Buffer): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
  return parseAnswer(Buffer.concat(chunks));
}

function parseAnswer(bytes: Buffer): HttpAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  const [first = '', ...lines] = bytes.toString('latin1', 0, Math.max(end, 0)).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}; ${value}`;
  }
  const rest = bytes.subarray(end + 4);
  const body = headers['transfer-encoding'] === 'chunked' ? unchunked(rest) : rest;
  return { status: Number(first.split(' ')[1]), headers, body: body.toString() };
}

function unchunked(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\r\n', at);
    const length = Number.parseInt(bytes.toString('latin1', at, end), 16);
    chunks.push(bytes.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
  return Buffer.concat(chunks);
}
