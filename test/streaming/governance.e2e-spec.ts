import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ClientGovernanceOptions,
  GovernanceFile,
  leastInFlight,
  staticResolver,
} from '@nestjs-thrift/governance';
import { ThriftClient } from '@nestjs-thrift/microservice';
import { ServerTransport } from '@nestjs-thrift/transport';
import { Chat, type ChatClient, type ChatHandlers, chatHandlers } from '#test/chat-service.js';
import { cleanUp } from '#test/cleanup.js';
import { until } from '#test/until.js';

async function serve(handlers: Partial<ChatHandlers>): Promise<string> {
  const server = new ServerTransport([{ definition: Chat, handlers: chatHandlers(handlers) }], {
    port: 0,
    host: '127.0.0.1',
  });
  await server.listen();
  cleanUp(() => server.close({ drainTimeoutMs: 0 }));
  return server.address;
}

function clientOf(
  addresses: string[],
  governance: Pick<ClientGovernanceOptions, 'config' | 'balancer'>,
): ChatClient {
  const client = new ThriftClient({
    services: [Chat],
    resolver: staticResolver(addresses),
    connectTimeoutMs: 30_000,
    ...governance,
  });
  cleanUp(() => client.close());
  return client.getService<ChatClient>('Chat');
}

describe('least-in-flight balancing of streams', () => {
  it('counts a stream to its end, not to its first message', async () => {
    const open = [0, 0];
    const handlerOf = (index: number): Partial<ChatHandlers> => ({
      Down: async function* (_request, { signal }) {
        open[index]! += 1;
        yield { text: String(index) };
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve());
        });
        open[index]! -= 1;
      },
    });
    const addresses = [await serve(handlerOf(0)), await serve(handlerOf(1))];
    const chat = clientOf(addresses, { balancer: leastInFlight() });
    const streams = [];
    for (let index = 0; index < 6; index++) {
      const stream = chat.Down({ text: 'a' });
      await stream.headers;
      streams.push(stream);
    }
    expect(open).toEqual([3, 3]);

    // What has ended is room for the next.
    const iterators = streams.map((stream) => stream[Symbol.asyncIterator]());
    const served = await Promise.all(
      iterators.map(async (each) => (await each.next()).value?.text),
    );
    for (const [index, iterator] of iterators.entries()) {
      if (served[index] === '0') {
        await iterator.return?.();
      }
    }
    await until(() => open[0] === 0);
    const later = [chat.Down({ text: 'a' }), chat.Down({ text: 'a' })];
    await Promise.all(later.map(({ headers }) => headers));
    expect(open).toEqual([2, 3]);
    for (const stream of [...streams, ...later]) {
      stream.cancel();
    }
  });
});

describe('the time limits of streams in a policy file', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'stream-policies-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function configured(stream: string): Promise<ChatClient> {
    const path = join(folder, 'policies.yaml');
    writeFileSync(path, `services: { Chat: { methods: { '*': { stream: ${stream} } } } }\n`);
    const config = await GovernanceFile.open(path);
    cleanUp(() => config.close());
    const address = await serve({ Down: () => new Promise(() => {}) });
    return clientOf([address], { config });
  }

  async function drain(stream: AsyncIterable<unknown>): Promise<void> {
    for await (const _ of stream) {
      // Only its end counts.
    }
  }

  it('apply to streams without their own', async () => {
    const chat = await configured('{ recv_timeout_ms: 20 }');
    await expect(drain(chat.Down({ text: 'a' }))).rejects.toMatchObject({
      code: 'RPC_TIMEOUT',
      timeoutMs: 20,
    });
    await expect(drain(chat.Down({ text: 'a' }, { recvTimeoutMs: 30 }))).rejects.toMatchObject({
      timeoutMs: 30,
    });
  });

  it('limit a stream as a whole', async () => {
    const chat = await configured('{ total_timeout_ms: 25 }');
    await expect(drain(chat.Down({ text: 'a' }))).rejects.toMatchObject({
      code: 'RPC_TIMEOUT',
      timeoutMs: 25,
    });
  });
});
