import { fileURLToPath } from 'node:url';
import {
  type CallOptions,
  type Client,
  credentials,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { DEFAULT_TIMEOUT_MS, type StackClient } from './stack.js';

type Done = (error: Error | null, reply?: object) => void;
type Call<Request> = { readonly request: Request };

const proto = loadSync(fileURLToPath(new URL('target.proto', import.meta.url)));
const { Target } = loadPackageDefinition(proto)['target'] as unknown as {
  Target: ServiceClientConstructor;
};

interface EchoClient {
  Echo(
    request: object,
    options: CallOptions,
    done: (error: Error | null, reply: { text: string }) => void,
  ): void;
}

export async function serve(): Promise<number> {
  const server = new Server();
  const count = (_call: unknown, done: Done): void => done(null, { count: 0 });
  server.addService(Target.service, {
    Echo: ({ request }: Call<object>, done: Done) => done(null, request),
    Fill: ({ request }: Call<{ count: number }>, done: Done) =>
      done(null, { content: Buffer.allocUnsafeSlow(request.count) }),
    Hang: () => undefined,
    IntMap: count,
    Leaves: count,
    Take: count,
  });
  return await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}

export async function connect(host: string, port: number): Promise<StackClient> {
  const client = new Target(`${host}:${port}`, credentials.createInsecure()) as unknown as Client &
    EchoClient;
  return {
    echo: (text, timeoutMs = DEFAULT_TIMEOUT_MS) =>
      new Promise((resolve, reject) => {
        client.Echo({ text }, { deadline: Date.now() + timeoutMs }, (error, reply) =>
          error === null ? resolve(reply.text) : reject(error),
        );
      }),
    close: () => client.close(),
  };
}
