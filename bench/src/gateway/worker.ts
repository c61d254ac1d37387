// One process of the benchmark of gateways: `worker.js service`, or `worker.js KIND ADDRESS` for an application in front of it.
import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ThriftGatewayModule } from '@nestjs-thrift/gateway';
import { ThriftModule } from '@nestjs-thrift/microservice';
import { ServerTransport } from '@nestjs-thrift/transport';
import { Orders } from '../gen/gateway.js';
import { OrdersController } from './by-hand.js';
import { ORDER } from './orders.js';

/** From the compiled file. */
const IDL = fileURLToPath(new URL('../../../idl/gateway.thrift', import.meta.url));

async function serve(): Promise<number> {
  const handlers = { Get: () => ORDER, Put: ({ order }: Record<string, unknown>) => order };
  const server = new ServerTransport([{ definition: Orders, handlers: handlers as never }], {
    host: '127.0.0.1',
    port: 0,
  });
  await server.listen();
  return Number(server.address.split(':').at(-1));
}

async function listen(kind: string, address: string): Promise<number> {
  // A machine that is busy for a moment must not end the measurement.
  const client = {
    endpoints: [address],
    transport: 'TTHeaderFramed',
    // As many as are in flight: connections that open and close would be most of the difference.
    connection: { mode: 'long', maxIdlePerAddress: 64 },
    connectTimeoutMs: 5_000,
    attemptTimeoutMs: 10_000,
  } as const;
  const gateway = (i64: 'idl' | 'string') =>
    ThriftGatewayModule.forRoot({
      idl: { path: IDL },
      services: [{ service: Orders, client: 'orders' }],
      i64,
    });
  @Module({
    imports: [
      ThriftModule.forRoot({}),
      ThriftModule.forFeature([{ name: 'orders', service: Orders, ...client }]),
      ...(kind === 'by hand' ? [] : [gateway(kind === 'generated' ? 'idl' : 'string')]),
    ],
    controllers: kind === 'by hand' ? [OrdersController] : [],
  })
  class AppModule {}
  const app = await NestFactory.create(AppModule, { logger: false, rawBody: kind !== 'by hand' });
  await app.listen(0, '127.0.0.1');
  return (app.getHttpServer() as { address(): { port: number } }).address().port;
}

const [kind = '', address = ''] = process.argv.slice(2);
process.send?.(kind === 'service' ? await serve() : await listen(kind, address));
