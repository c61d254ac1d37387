import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AdminServer } from '@nestjs-thrift/health';
import {
  BizStatusError,
  RemoteError,
  ThriftException,
  ThriftModule,
  ThriftRpcError,
  ThriftServer,
} from '@nestjs-thrift/microservice';
import { OutOfStock } from './gen/stock.js';
import { ClientModule, Orders, ServerModule } from './modules.js';

const CLASSES = { BizStatusError, OutOfStock, RemoteError, ThriftException, ThriftRpcError };

/** What a caller sees of an error: its name, the classes it is an instance of, and its fields. */
function describeError(error: unknown) {
  const { name, message, left, statusCode, code } = error as Record<string, unknown>;
  const classes = Object.entries(CLASSES).flatMap(([key, type]) =>
    error instanceof type ? [key] : [],
  );
  return { name, message, left, statusCode, code, classes };
}

/** Serves the stock, calls it over a socket, and returns what came back. */
export async function callStock() {
  const server = await NestFactory.createMicroservice(
    ServerModule,
    ThriftModule.microservice({ logger: false, abortOnError: false }),
  );
  await server.listen();
  const client = await NestFactory.createApplicationContext(
    ClientModule.calling(server.get(ThriftServer).address ?? ''),
    { logger: false, abortOnError: false },
  );
  try {
    const orders = client.get(Orders);
    const failure = (sku: string, quantity: number) =>
      orders.order(sku, quantity).then(() => undefined, describeError);
    const statusOf = async (path: string) =>
      (await fetch(`http://127.0.0.1:${server.get(AdminServer).port}${path}`)).status;
    return {
      reserved: await orders.order('book', 2),
      outOfStock: await failure('book', 6),
      closed: await failure('closed', 1),
      broken: await failure('broken', 1),
      ready: await statusOf('/ready'),
      diagnosis: await statusOf('/diagnosis'),
      metrics: await statusOf('/metrics'),
    };
  } finally {
    await client.close();
    await server.close();
  }
}

/** What `callStock` returns where everything works. */
export const EXPECTED = {
  reserved: { id: 9007199254740993n, sku: 'book', quantity: 2 },
  outOfStock: {
    name: 'OutOfStock',
    message: '',
    left: 5,
    statusCode: undefined,
    code: undefined,
    classes: ['OutOfStock', 'ThriftException'],
  },
  closed: {
    name: 'BizStatusError',
    message: 'the stock is closed',
    left: undefined,
    statusCode: 4001,
    code: undefined,
    classes: ['BizStatusError'],
  },
  broken: {
    name: 'RemoteError',
    message: 'internal error',
    left: undefined,
    statusCode: undefined,
    code: 'REMOTE_ERROR',
    classes: ['RemoteError', 'ThriftRpcError'],
  },
  ready: 200,
  diagnosis: 200,
  // prom-client is not installed.
  metrics: 404,
};
