import { createRequire } from 'node:module';
import { type ArgumentsHost, Catch, type ExceptionFilter, Module } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import {
  type CallOptions,
  getThriftClientToken,
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
} from '@nestjs-thrift/microservice';
import type { ApacheService } from '@nestjs-thrift/apache';
import { throwError } from 'rxjs';
import { letJestLoadThrift } from '#test/npm-thrift.js';

await letJestLoadThrift();
const { fromApacheService } = await import('@nestjs-thrift/apache');

interface Item {
  name: string;
}
interface StoreClient {
  get(name: string, options?: CallOptions): Promise<Item>;
}
type Class = new (fields?: object) => Item & Error;

const load = createRequire(import.meta.url);
const fixtures = '../../libs/apache/test/gen/es6';
const types = load(`${fixtures}/store_types`) as Readonly<Record<'Item' | 'NotFound', Class>>;
const Store = fromApacheService<StoreClient>('Store', load(`${fixtures}/Store`) as ApacheService);

/** The methods of the service that this test does not call are served as well: a server has to serve all. */
function withUnusedMethods<T extends new () => object>(controller: T): T {
  for (const name of Object.keys(Store.methods)) {
    if (name in (controller.prototype as object)) {
      continue;
    }
    const unused = { value: () => null, configurable: true, writable: true };
    Object.defineProperty(controller.prototype, name, unused);
    ThriftMethod()(controller.prototype as object, name, unused);
  }
  return controller;
}

class StoreController {
  @ThriftMethod()
  async get(name: string): Promise<Item> {
    if (name === 'none') {
      throw new types.NotFound({ message: 'no such item', code: 404 });
    }
    return new types.Item({ name });
  }
}
ThriftService(Store)(withUnusedMethods(StoreController));

/** What many applications have: one filter for everything. */
@Catch()
class CatchAll implements ExceptionFilter {
  catch(_error: unknown, _host: ArgumentsHost) {
    return throwError(() => new Error('swallowed'));
  }
}

@Module({
  imports: [ThriftModule.forRoot({ server: { port: 0, host: '127.0.0.1' } })],
  controllers: [StoreController],
  providers: [{ provide: APP_FILTER, useClass: CatchAll }],
})
class ServerModule {}

describe('a service of the Apache compiler in Nest', () => {
  const closing: (() => Promise<void>)[] = [];
  let store: StoreClient;

  beforeAll(async () => {
    const server = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(ServerModule, {
      inject: [ThriftServer],
      useFactory: (strategy: ThriftServer) => ({ strategy }),
      logger: false,
    });
    const { port } = (await server.listen()) as unknown as { port: number };
    closing.push(() => server.close());
    const endpoints = [`127.0.0.1:${port}`];
    const client = await NestFactory.createApplicationContext(
      {
        module: class ClientModule {},
        imports: [
          ThriftModule.forRoot({}),
          ThriftModule.forFeature([{ name: 'store', service: Store, endpoints }]),
        ],
      },
      { logger: false },
    );
    closing.push(() => client.close());
    store = client.get<StoreClient>(getThriftClientToken('store'), { strict: false });
  });

  afterAll(async () => {
    for (const close of closing.reverse()) {
      await close();
    }
  });

  it('is served by a controller and called through an injected client', async () => {
    await expect(store.get('apple')).resolves.toMatchObject({ name: 'apple' });
  });

  it('carries its declared exceptions past a filter that catches everything', async () => {
    await expect(store.get('none')).rejects.toBeInstanceOf(types.NotFound);
  });
});
