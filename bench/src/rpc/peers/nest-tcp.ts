import 'reflect-metadata';
import { createServer, type AddressInfo } from 'node:net';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  MessagePattern,
  Transport,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { large, medium, small, type PayloadName } from '../../payloads.js';
import { expectSame, type Peer } from '../peer.js';

const payloads = { small: small(String), medium: medium(String), large: large(String) };

@Controller()
class EchoController {
  @MessagePattern('small')
  async small(data: unknown): Promise<unknown> {
    return data;
  }

  @MessagePattern('medium')
  async medium(data: unknown): Promise<unknown> {
    return data;
  }

  @MessagePattern('large')
  async large(data: unknown): Promise<unknown> {
    return data;
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

/** A free port: Nest's TCP server does not report which one it took. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Nest's own TCP transport: JSON behind a length. */
export const nestTcp: Peer = {
  async startServer() {
    const port = await freePort();
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(EchoModule, {
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port },
      logger: false,
    });
    await app.listen();
    return { port, close: () => app.close() };
  },

  async connect(port, kind, connections) {
    const count = kind === 'shared' ? 1 : connections;
    const clients = Array.from({ length: count }, () =>
      ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } }),
    );
    await Promise.all(clients.map((client) => client.connect() as Promise<unknown>));
    let next = 0;
    const call = (payload: PayloadName): Promise<unknown> =>
      firstValueFrom(clients[next++ % count]!.send<unknown>(payload, payloads[payload]));
    return {
      verify: async (payload) => expectSame(await call(payload), payloads[payload]),
      call,
      async close() {
        for (const client of clients) {
          client.close();
        }
      },
    };
  },
};
