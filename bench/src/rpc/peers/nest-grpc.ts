import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  GrpcMethod,
  Transport,
  type ClientGrpcProxy,
  type GrpcOptions,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { firstValueFrom, type Observable } from 'rxjs';
import type { PayloadName } from '../../payloads.js';
import { expectSame, type Peer } from '../peer.js';
import { PROTO_OPTIONS, PROTO_PATH, grpcPayloads } from './grpc-js.js';
import { freePort } from './nest-tcp.js';

@Controller()
class BenchController {
  @GrpcMethod('Bench', 'Small')
  async small(data: unknown): Promise<unknown> {
    return data;
  }

  @GrpcMethod('Bench', 'Medium')
  async medium(data: unknown): Promise<unknown> {
    return data;
  }

  @GrpcMethod('Bench', 'Large')
  async large(data: unknown): Promise<unknown> {
    return data;
  }
}

@Module({ controllers: [BenchController] })
class BenchModule {}

type EchoService = Record<'small' | 'medium' | 'large', (request: unknown) => Observable<unknown>>;

function options(port: number): GrpcOptions {
  return {
    transport: Transport.GRPC,
    options: {
      package: 'bench',
      protoPath: PROTO_PATH,
      url: `127.0.0.1:${port}`,
      loader: PROTO_OPTIONS,
      channelOptions: { 'grpc.use_local_subchannel_pool': 1 },
    },
  };
}

/** gRPC through Nest, on both sides. */
export const nestGrpc: Peer = {
  async startServer() {
    const port = await freePort();
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(BenchModule, {
      ...options(port),
      logger: false,
    });
    await app.listen();
    return { port, close: () => app.close() };
  },

  async connect(port, kind, connections) {
    const count = kind === 'shared' ? 1 : connections;
    const clients = Array.from(
      { length: count },
      () => ClientProxyFactory.create(options(port)) as unknown as ClientGrpcProxy,
    );
    const services = clients.map((client) => client.getService<EchoService>('Bench'));
    let next = 0;
    const call = (payload: PayloadName): Promise<unknown> =>
      firstValueFrom(services[next++ % count]![payload](grpcPayloads[payload]));
    return {
      verify: async (payload) => expectSame(await call(payload), grpcPayloads[payload]),
      call,
      async close() {
        for (const client of clients) {
          client.close();
        }
      },
    };
  },
};
