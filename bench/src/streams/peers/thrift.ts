import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchema } from '@nestjs-thrift/idl';
import {
  getThriftClientToken,
  type ServerStream,
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
} from '@nestjs-thrift/microservice';
import { ClientTransport, createClient, ServerTransport } from '@nestjs-thrift/transport';
import { MessageCount, type StreamClient, type StreamPeer } from '../peer.js';

interface CountRequest {
  messages: number;
  stays_open: boolean;
}

interface Counter {
  value: bigint;
}

interface StreamsClient {
  Count(request: CountRequest): ServerStream<Counter>;
}

const idl = fileURLToPath(new URL('../../../../idl/streams.thrift', import.meta.url));
const Streams = compileSchema(loadSchema(idl)).service<StreamsClient>('Streams');
/** Streams that are held open share this many connections. */
const MAX_PER_CONNECTION = 20_000;

async function* count(
  { messages, stays_open }: CountRequest,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<Counter> {
  for (let value = 1; value <= messages; value++) {
    yield { value: BigInt(value) };
  }
  if (stays_open) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }
}

function streamClient(client: StreamsClient): StreamClient {
  return {
    async count(messages, first) {
      const count = new MessageCount(messages, first);
      for await (const _ of client.Count({ messages, stays_open: false })) {
        count.add();
      }
      count.check();
    },
    async hold() {
      const stream = client.Count({ messages: 1, stays_open: true });
      await stream[Symbol.asyncIterator]().next();
    },
  };
}

/** The transport of this project without Nest. */
export const thriftTransport: StreamPeer = {
  async startServer() {
    const handlers = {
      Count: ({ request }: Record<string, unknown>, stream: unknown) =>
        count(request as CountRequest, stream as { signal: AbortSignal }),
    };
    const server = new ServerTransport([{ definition: Streams, handlers }], {
      port: 0,
      host: '127.0.0.1',
      streams: { maxPerConnection: MAX_PER_CONNECTION },
    });
    await server.listen();
    return { port: Number(server.address.split(':')[1]) };
  },
  async connect(port) {
    const transport = new ClientTransport({ streams: { mode: 'mux' } });
    return streamClient(createClient(Streams, { transport, endpoints: [`127.0.0.1:${port}`] }));
  },
};

@ThriftService(Streams)
class StreamsController {
  @ThriftMethod()
  Count(request: CountRequest, ctx: { readonly signal: AbortSignal }): AsyncGenerator<Counter> {
    return count(request, ctx);
  }
}

/** This project as its users have it: Nest on both sides. */
export const thriftNest: StreamPeer = {
  async startServer() {
    const thrift = ThriftModule.forRoot({
      server: {
        port: 0,
        host: '127.0.0.1',
        streams: { maxPerConnection: MAX_PER_CONNECTION },
      },
    });
    const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(
      { module: class StreamsModule {}, imports: [thrift], controllers: [StreamsController] },
      {
        inject: [ThriftServer],
        useFactory: (strategy: ThriftServer) => ({ strategy }),
        logger: false,
      },
    );
    return (await app.listen()) as unknown as { port: number };
  },
  async connect(port) {
    const feature = ThriftModule.forFeature([
      {
        name: 'streams',
        service: Streams,
        endpoints: [`127.0.0.1:${port}`],
        streams: { mode: 'mux' },
      },
    ]);
    const app = await NestFactory.createApplicationContext(
      { module: class ClientModule {}, imports: [ThriftModule.forRoot({}), feature] },
      { logger: false },
    );
    return streamClient(app.get<StreamsClient>(getThriftClientToken('streams'), { strict: false }));
  },
};
