import { ThriftClient } from '@nestjs-thrift/microservice';
import { services } from '../ours/definitions.js';
import { differs } from '../ours/values.js';
import { startServer } from '../runner/commands.js';
import type { BuiltPeer } from '../runner/prepare.js';
import type { Results } from '../runner/results.js';
import { codeOf } from './kitex-server.js';

const THREADS = 2;

interface Adder {
  baseAdd(a: number, b: number): Promise<number>;
}

/**
 * Calls a server that gives each connection one of two threads for as long as it is open: with the settings of the guide all calls
 * are served, while a client with separate connections finds no thread.
 */
export async function fewThreads(peer: BuiltPeer, results: Results): Promise<void> {
  const combination = {
    peer: peer.name,
    direction: 'we call the peer',
    transport: 'Framed',
    protocol: 'binary',
    feature: 'a server with two threads',
  } as const;
  const [file, ...args] = peer.command(peer.folder);
  const options = ['framed', 'binary', `threads=${THREADS}`];
  const server = await startServer([file, ...args, 'server', '127.0.0.1:0', ...options]);
  const endpoints = [`127.0.0.1:${server.port}`];
  const first = new ThriftClient({
    services: [services.Interop!],
    endpoints,
    transport: 'Framed',
    connectTimeoutMs: 10_000,
    readTimeoutMs: 10_000,
    attemptTimeoutMs: 20_000,
    connection: { mode: 'long', maxPerAddress: THREADS, maxIdlePerAddress: THREADS },
  });
  const second = new ThriftClient({
    services: [services.Interop!],
    endpoints,
    connectionsOf: first,
  });
  const separate = new ThriftClient({
    services: [services.Interop!],
    endpoints,
    transport: 'Framed',
    readTimeoutMs: 300,
  });
  const add = (client: ThriftClient, value: number): Promise<number> =>
    client.getService<Adder>('Interop').baseAdd(value, 1);
  try {
    await results.attempt(combination, 'two clients that share connections', async () => {
      const calls = Array.from({ length: 100 }, (_, index) =>
        add(index % 2 === 0 ? first : second, index),
      );
      return differs(
        calls.map((_, index) => index + 1),
        await Promise.all(calls),
      );
    });
    await results.attempt(combination, 'a client with separate connections starves', async () =>
      differs('RPC_TIMEOUT', await codeOf(add(separate, 1))),
    );
  } finally {
    await separate.close();
    await second.close();
    await first.close();
    await server.stop();
  }
}
