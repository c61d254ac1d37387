import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import {
  type Client,
  type ClientReadableStream,
  credentials,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerWritableStream,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientGrpcProxy,
  ClientProxyFactory,
  GrpcMethod,
  type GrpcOptions,
  type MicroserviceOptions,
  Transport,
} from '@nestjs/microservices';
import { NEVER, concat, map, type Observable, range } from 'rxjs';
import { freePort } from '../../rpc/peers/nest-tcp.js';
import { MessageCount, type StreamPeer } from '../peer.js';

const protoPath = fileURLToPath(new URL('../../../../idl/streams.proto', import.meta.url));
const loader = { longs: String, keepCase: true };

interface CountRequest {
  messages: number;
  stays_open: boolean;
}

type StreamsClient = Client & {
  Count(request: CountRequest): ClientReadableStream<unknown>;
};

function serviceConstructor(): ServiceClientConstructor {
  const loaded = loadPackageDefinition(loadSync(protoPath, loader));
  return (loaded['streams'] as unknown as { Streams: ServiceClientConstructor }).Streams;
}

/** Writes as a server should: no further than its caller reads. */
function send(call: ServerWritableStream<CountRequest, unknown>): void {
  const { messages, stays_open } = call.request;
  let value = 0;
  const write = (): void => {
    while (value < messages) {
      if (!call.write({ value: String(++value) })) {
        call.once('drain', write);
        return;
      }
    }
    if (!stays_open) {
      call.end();
    }
  };
  write();
}

/** gRPC without Nest. */
export const grpcJs: StreamPeer = {
  async startServer() {
    const server = new Server();
    server.addService(serviceConstructor().service, { Count: send });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    return { port };
  },
  async connect(port) {
    const Streams = serviceConstructor();
    const address = `127.0.0.1:${port}`;
    const client = new Streams(address, credentials.createInsecure()) as unknown as StreamsClient;
    return {
      async count(messages, first) {
        const count = new MessageCount(messages, first);
        const call = client.Count({ messages, stays_open: false });
        await new Promise<void>((resolve, reject) => {
          call.on('data', () => count.add());
          call.on('error', reject);
          call.on('end', () => resolve());
        });
        count.check();
      },
      hold: () =>
        new Promise((resolve, reject) => {
          const call = client.Count({ messages: 1, stays_open: true });
          call.once('data', () => resolve());
          call.on('error', reject);
        }),
    };
  },
};

@Controller()
class StreamsController {
  @GrpcMethod('Streams', 'Count')
  count({ messages, stays_open }: CountRequest): Observable<unknown> {
    const values = range(1, messages).pipe(map((value) => ({ value: String(value) })));
    return stays_open ? concat(values, NEVER) : values;
  }
}

@Module({ controllers: [StreamsController] })
class StreamsModule {}

function options(port: number): GrpcOptions {
  return {
    transport: Transport.GRPC,
    options: { package: 'streams', protoPath, url: `127.0.0.1:${port}`, loader },
  };
}

/** gRPC through Nest, on both sides. */
export const nestGrpc: StreamPeer = {
  async startServer() {
    const port = await freePort();
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(StreamsModule, {
      ...options(port),
      logger: false,
    });
    await app.listen();
    return { port };
  },
  async connect(port) {
    const proxy = ClientProxyFactory.create(options(port)) as unknown as ClientGrpcProxy;
    const service = proxy.getService<{ count(request: CountRequest): Observable<unknown> }>(
      'Streams',
    );
    return {
      async count(messages, first) {
        const count = new MessageCount(messages, first);
        await new Promise<void>((resolve, reject) => {
          service.count({ messages, stays_open: false }).subscribe({
            next: () => count.add(),
            error: reject,
            complete: resolve,
          });
        });
        count.check();
      },
      hold: () =>
        new Promise((resolve, reject) => {
          service
            .count({ messages: 1, stays_open: true })
            .subscribe({ next: () => resolve(), error: reject });
        }),
    };
  },
};
