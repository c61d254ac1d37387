import { deepStrictEqual } from 'node:assert/strict';
import {
  BizStatusError,
  ClientTransport,
  createClient,
  ServerTransport,
} from '@nestjs-thrift/transport';
import { OutOfStock, type Reservation, StockService } from './gen/stock.ts';

const IN_STOCK = 5;

function reserve({ sku, quantity }: { sku: string; quantity: number }): Reservation {
  if (sku === 'closed') {
    throw new BizStatusError(4001, 'the stock is closed');
  }
  if (quantity > IN_STOCK) {
    throw new OutOfStock({ sku, left: IN_STOCK });
  }
  return { id: 9007199254740993n, sku, quantity };
}

const server = new ServerTransport(
  [{ definition: StockService, handlers: { Reserve: (args) => reserve(args as never) } }],
  { host: '127.0.0.1', port: 0 },
);
await server.listen();
const transport = new ClientTransport();
try {
  const stock = createClient(StockService, { transport, endpoints: [server.address] });
  const failure = (sku: string, quantity: number) =>
    stock.Reserve(sku, quantity).then(
      () => undefined,
      (error: unknown) => error,
    );
  deepStrictEqual(await stock.Reserve('book', 2), {
    id: 9007199254740993n,
    sku: 'book',
    quantity: 2,
  });
  const outOfStock = await failure('book', 6);
  deepStrictEqual([outOfStock instanceof OutOfStock, (outOfStock as OutOfStock).left], [true, 5]);
  const closed = await failure('closed', 1);
  deepStrictEqual(
    [closed instanceof BizStatusError, (closed as BizStatusError).statusCode],
    [true, 4001],
  );
} finally {
  await transport.close();
  await server.close();
}
console.log('all calls were answered');
