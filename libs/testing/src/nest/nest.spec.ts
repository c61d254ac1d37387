import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  InjectThriftClient,
  ThriftMethod,
  ThriftModule,
  ThriftService,
} from '@nestjs-thrift/microservice';
import { Shop, type ShopClient } from '../../test/shop.js';
import { mockThriftClient } from '../client/thrift-client-mock.js';
import { overrideThriftClient, provideThriftClient } from './thrift-client-providers.js';
import { createThriftTestingApp } from './thrift-testing-app.js';

@Injectable()
class Cashier {
  constructor(@InjectThriftClient('shop') private readonly shop: ShopClient) {}

  async priceOf(name: string): Promise<number> {
    const { price = 0 } = await this.shop.find(name);
    return price;
  }
}

@Module({
  imports: [
    ThriftModule.forRoot({}),
    ThriftModule.forFeature([{ name: 'shop', service: Shop, endpoints: ['127.0.0.1:1'] }]),
  ],
  providers: [Cashier],
})
class CashierModule {}

@ThriftService(Shop)
class ShopController {
  @ThriftMethod()
  find(name: string) {
    return { name, price: 3 };
  }

  @ThriftMethod()
  add({ left, right }: { left: number; right: number }) {
    return left + right;
  }

  @ThriftMethod()
  where() {
    return 'here';
  }

  @ThriftMethod()
  open() {}

  @ThriftMethod()
  note() {}
}

describe("Nest's testing module", () => {
  const mock = mockThriftClient(Shop);
  mock.when('find').resolves({ name: 'pen', price: 4 });

  it('is given a client by provideThriftClient', async () => {
    const module = await Test.createTestingModule({
      providers: [Cashier, provideThriftClient('shop', mock.client)],
    }).compile();
    expect(await module.get(Cashier).priceOf('pen')).toBe(4);
  });

  it('gets the client of an application replaced by overrideThriftClient', async () => {
    const builder = Test.createTestingModule({ imports: [CashierModule] });
    const module = await overrideThriftClient(builder, 'shop', mock.client).compile();
    expect(await module.get(Cashier).priceOf('pen')).toBe(4);
    await module.close();
  });

  it('becomes an application on a free port with a client by createThriftTestingApp', async () => {
    const module = await Test.createTestingModule({
      imports: [ThriftModule.forRoot({ server: { port: 1, host: '192.0.2.1' } })],
      controllers: [ShopController],
    }).compile();
    await using app = await createThriftTestingApp(module, Shop, { transport: 'Framed' });
    expect(await app.client.add(1, 2)).toBe(3);
    expect(app.address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(app.app.get(ShopController).where()).toBe('here');
  });
});
