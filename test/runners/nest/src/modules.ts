import { type DynamicModule, Injectable, Module } from '@nestjs/common';
import { ThriftHealthModule } from '@nestjs-thrift/health';
import { InjectThriftClient, ThriftModule } from '@nestjs-thrift/microservice';
import { type Reservation, StockService, type StockServiceClient } from './gen/stock.js';
import { StockController } from './stock.controller.js';

// The policy file and the admin port need packages that are loaded on first use: what a bundler must not lose.
@Module({
  imports: [
    ThriftModule.forRoot({ server: { host: '127.0.0.1', port: 0 } }),
    ThriftHealthModule.forRoot({ admin: { host: '127.0.0.1', port: 0, diagnosis: true } }),
  ],
  controllers: [StockController],
})
export class ServerModule {}

@Injectable()
export class Orders {
  // The token is explicit, because not every compiler emits the types of parameters.
  constructor(@InjectThriftClient('stock') private readonly stock: StockServiceClient) {}

  order(sku: string, quantity: number): Promise<Reservation> {
    return this.stock.Reserve(sku, quantity);
  }
}

@Module({})
export class ClientModule {
  static calling(address: string): DynamicModule {
    return {
      module: ClientModule,
      imports: [
        ThriftModule.forRoot({ governance: { file: 'policies.yaml' } }),
        ThriftModule.forFeature([
          {
            name: 'stock',
            service: StockService,
            targetServiceName: 'stock',
            endpoints: [address],
          },
        ]),
      ],
      providers: [Orders],
    };
  }
}
