import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import {
  getThriftClientToken,
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
} from '@nestjs-thrift/microservice';
import { Bench, type BenchClient, type Counter, type User, type Users } from '../../gen/bench.js';
import type { Peer } from '../peer.js';
import { peerClient } from './thrift-transport.js';

@ThriftService(Bench)
class BenchController {
  @ThriftMethod()
  async Small(request: Counter): Promise<Counter> {
    return request;
  }

  @ThriftMethod()
  async Medium(request: User): Promise<User> {
    return request;
  }

  @ThriftMethod()
  async Large(request: Users): Promise<Users> {
    return request;
  }
}

@Module({
  imports: [ThriftModule.forRoot({ server: { port: 0, host: '127.0.0.1' } })],
  controllers: [BenchController],
})
class BenchModule {}

/** This project as its users have it: Nest on both sides. */
export const thriftNest: Peer = {
  async startServer() {
    const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(BenchModule, {
      inject: [ThriftServer],
      useFactory: (strategy: ThriftServer) => ({ strategy }),
      logger: false,
    });
    const { port } = (await app.listen()) as unknown as { port: number };
    return { port, close: () => app.close() };
  },

  async connect(port, kind, connections) {
    const feature = ThriftModule.forFeature([
      {
        name: 'bench',
        service: Bench,
        endpoints: [`127.0.0.1:${port}`],
        transport: 'Framed',
        connection:
          kind === 'shared' ? { mode: 'mux' } : { mode: 'long', maxPerAddress: connections },
      },
    ]);
    const app = await NestFactory.createApplicationContext(
      { module: class ClientModule {}, imports: [ThriftModule.forRoot({}), feature] },
      { logger: false },
    );
    return peerClient(app.get<BenchClient>(getThriftClientToken('bench'), { strict: false }), () =>
      app.close(),
    );
  },
};
