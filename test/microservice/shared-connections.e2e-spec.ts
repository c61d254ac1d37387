import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  getThriftClientProxyToken,
  getThriftClientToken,
  ThriftClient,
  ThriftMethod,
  ThriftModule,
  ThriftService,
  type ThriftFeature,
} from '@nestjs-thrift/microservice';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { serve } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { LogRecorder } from '#test/log-recorder.js';

interface AskClient {
  Ask(question: string): Promise<string>;
}

const schema = compileSchema(
  loadSchemaFromText(
    'service Orders { string Ask(1: string question) } service Stock { string Ask(1: string question) }',
    { file: 'shop.thrift' },
  ),
);
const Orders = schema.service<AskClient>('Orders');
const Stock = schema.service<AskClient>('Stock');

@ThriftService(Orders)
class OrdersController {
  @ThriftMethod() async Ask(question: string): Promise<string> {
    return `order ${question}`;
  }
}

@ThriftService(Stock)
class StockController {
  @ThriftMethod() async Ask(question: string): Promise<string> {
    return `stock ${question}`;
  }
}

async function openApplication(
  features: readonly ThriftFeature[],
  client = {},
): Promise<INestApplicationContext> {
  const app = await NestFactory.createApplicationContext(
    {
      module: class CallerModule {},
      imports: [ThriftModule.forRoot({ client }), ThriftModule.forFeature(features)],
    },
    { logger: new LogRecorder(), abortOnError: false },
  );
  cleanUp(() => app.close());
  return app;
}

describe('a client that uses the connections of another', () => {
  const serveShop = () =>
    serve({ controllers: [OrdersController, StockController] }, { fallbackService: 'Orders' });

  it('calls its own service over them', async () => {
    const { endpoint } = await serveShop();
    const endpoints = [endpoint];
    const app = await openApplication(
      [
        { name: 'stock', service: Stock, endpoints, connectionsOf: 'orders' },
        { name: 'orders', service: Orders, endpoints, connection: { mode: 'long' } },
      ],
      // Defaults of the application stay with the client that has the connections.
      { readTimeoutMs: 1_000, timeoutMs: 5_000 },
    );
    const orders = app.get<AskClient>(getThriftClientToken('orders'), { strict: false });
    const stock = app.get<AskClient>(getThriftClientToken('stock'), { strict: false });
    expect(await orders.Ask('a')).toBe('order a');
    expect(await stock.Ask('b')).toBe('stock b');
    const [owner, user] = ['orders', 'stock'].map((name) =>
      app.get<ThriftClient>(getThriftClientProxyToken(name), { strict: false }),
    );
    expect(user!.unwrap()).toBe(owner!.unwrap());
    expect(owner!.unwrap().stats().get(endpoint)).toMatchObject({ opened: 1, reused: 1 });
  });

  it('leaves them open when it is closed, and reports their state', async () => {
    const { endpoint } = await serveShop();
    const owner = new ThriftClient({ services: [Orders], endpoints: [endpoint] });
    cleanUp(() => owner.close());
    const user = new ThriftClient({
      services: [Stock],
      endpoints: [endpoint],
      connectionsOf: owner,
    });
    const states: string[] = [];
    user.status.subscribe((state) => states.push(state));
    expect(await user.getService(Stock).Ask('b')).toBe('stock b');
    await user.close();
    expect(await owner.getService(Orders).Ask('a')).toBe('order a');
    expect(states.at(-1)).toBe('connected');
    await owner.close();
    expect(states.at(-1)).toBe('disconnected');
    await expect(user.getService(Stock).Ask('c')).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('rejects options of connections, which belong to the other client', () => {
    const owner = new ThriftClient({ services: [Orders], endpoints: ['127.0.0.1:1'] });
    cleanUp(() => owner.close());
    expect(
      () =>
        new ThriftClient({
          services: [Stock],
          endpoints: ['127.0.0.1:1'],
          connectionsOf: owner,
          transport: 'Framed',
        }),
    ).toThrow(
      'client(Stock) uses the connections of another client; set there what belongs to connections: transport',
    );
  });

  it.each(['stock', 'users'])('rejects the connections of "%s", which has none for it', (name) => {
    const feature = { name: 'stock', service: Stock, connectionsOf: name };
    expect(() => ThriftModule.forFeature([feature])).toThrow(
      `the Thrift client "stock" uses the connections of "${name}", which is not another client of the same list`,
    );
  });
});
