import 'reflect-metadata';
import { deepStrictEqual } from 'node:assert/strict';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  InjectThriftClient,
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
} from '@nestjs-thrift/microservice';
import {
  OutOfStock,
  type Reservation,
  StockService,
  type StockServiceClient,
} from './gen/stock.js';

@ThriftService(StockService)
class StockController {
  @ThriftMethod()
  Reserve({ sku = '', quantity = 0 }: { sku?: string; quantity?: number }): Reservation {
    if (quantity > 5) {
      throw new OutOfStock({ sku, left: 5 });
    }
    return { id: 1n, sku, quantity };
  }
}

@Module({
  imports: [ThriftModule.forRoot({ server: { host: '127.0.0.1', port: 0 } })],
  controllers: [StockController],
})
class ServerModule {}

const server = await NestFactory.createMicroservice(ServerModule, ThriftModule.microservice());
await server.listen();
const address = server.get(ThriftServer).address!;

@Injectable()
class Orders {
  constructor(@InjectThriftClient('stock') readonly stock: StockServiceClient) {}
}

@Module({
  imports: [
    ThriftModule.forRoot({}),
    ThriftModule.forFeature([{ name: 'stock', service: StockService, endpoints: [address] }]),
  ],
  providers: [Orders],
})
class ClientModule {}

const client = await NestFactory.createApplicationContext(ClientModule);
const { stock } = client.get(Orders);
deepStrictEqual(await stock.Reserve('book', 2), { id: 1n, sku: 'book', quantity: 2 });
const error = await stock.Reserve('book', 6).catch((thrown: unknown) => thrown);
deepStrictEqual([error instanceof OutOfStock, (error as OutOfStock).left], [true, 5]);
await client.close();
await server.close();
