import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { bulkhead } from 'cockatiel';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GovernanceFile, leastInFlight, staticResolver } from '@nestjs-thrift/governance';
import { ThriftClient, type ThriftClientOptions } from '@nestjs-thrift/microservice';
import { LimitExceededError, ServerTransport } from '@nestjs-thrift/transport';
import { serveChat } from '#test/chat-server.js';
import { Chat, type ChatClient, type ChatHandlers } from '#test/chat-service.js';
import { cleanUp } from '#test/cleanup.js';
import { serveRaw } from '#test/raw-server.js';
import { FrameCollector } from '#test/raw-streams.js';
import { until } from '#test/until.js';

async function serve(handlers: Partial<ChatHandlers>): Promise<string> {
  return (await serveChat(handlers)).address;
}

function clientOf(
  addresses: string[],
  options: Pick<ThriftClientOptions, 'config' | 'balancer' | 'policies' | 'streams'>,
): ChatClient {
  const client = new ThriftClient({
    services: [Chat],
    resolver: staticResolver(addresses),
    connectTimeoutMs: 30_000,
    ...options,
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

describe('a bulkhead of a client', () => {
  const untilCancelled: Partial<ChatHandlers> = {
    Down: async function* (_request, { signal }) {
      yield { text: 'first' };
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  };

  it('counts a stream to its end, not to its first message', async () => {
    const policy = bulkhead(1);
    const chat = clientOf([await serve(untilCancelled)], { policies: { policies: [policy] } });
    const first = chat.Down({ text: 'a' })[Symbol.asyncIterator]();
    await first.next();
    await expect(chat.Down({ text: 'b' }).headers).rejects.toThrow('Bulkhead capacity exceeded');
    await first.return?.();
    await until(() => policy.executionSlots === 1);
    const later = chat.Down({ text: 'c' });
    await later.headers;
    later.cancel();
  });

  it('has a free slot where a stream could not be opened', async () => {
    const policy = bulkhead(1);
    const gone = await serveChat({});
    await gone.close();
    const chat = clientOf([gone.address], { policies: { policies: [policy] } });
    await expect(chat.Down({ text: 'a' }).headers).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
    });
    await until(() => policy.executionSlots === 1);
  });
});

describe('the circuit breakers of streams', () => {
  async function broken() {
    const address = await serve({
      Down: async function* ({ text }, { signal }) {
        const left = new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
        if (text === 'is silent') {
          await left;
        }
        if (text === 'fails') {
          throw new Error('broken');
        }
        yield { text };
        if (text === 'fails later') {
          throw new Error('broken');
        }
        await left;
      },
    });
    const client = new ThriftClient({
      services: [Chat],
      endpoints: [address],
      connectTimeoutMs: 30_000,
      policies: { circuitBreaker: { minSamples: 3, errorRate: 0.5 } },
      instanceBreaker: {},
    });
    cleanUp(() => client.close());
    const [governance] = client.governances;
    const counts = () =>
      governance!
        .breakers()
        .filter(({ counts: { total } }) => total > 0)
        .map(({ scope, counts: { successes, failures } }) => ({ scope, successes, failures }));
    return { chat: client.getService<ChatClient>('Chat'), counts };
  }

  it('count its first message as a success, whatever comes after it', async () => {
    const { chat, counts } = await broken();
    const later = chat.Down({ text: 'fails later' })[Symbol.asyncIterator]();
    await later.next();
    await expect(later.next()).rejects.toThrow();
    const left = chat.Down({ text: 'goes on' })[Symbol.asyncIterator]();
    await left.next();
    await left.return?.();
    expect(counts()).toEqual([
      { scope: 'service', successes: 2, failures: 0 },
      { scope: 'instance', successes: 2, failures: 0 },
    ]);
  });

  it('open where streams fail before it, and refuse streams then', async () => {
    const { chat, counts } = await broken();
    const fail = async () =>
      chat
        .Down({ text: 'fails' })
        [Symbol.asyncIterator]()
        .next()
        .catch(({ code }: { code: string }) => code);
    expect([await fail(), await fail(), await fail()]).toEqual(Array(3).fill('REMOTE_ERROR'));
    expect(await fail()).toBe('CIRCUIT_OPEN');
    expect(counts()).toEqual([
      { scope: 'service', successes: 0, failures: 3 },
      { scope: 'instance', successes: 3, failures: 0 },
    ]);
  });

  it('do not count a stream that its caller cancels before it', async () => {
    const { chat, counts } = await broken();
    const controller = new AbortController();
    const silent = chat.Down({ text: 'is silent' }, { signal: controller.signal });
    controller.abort();
    await expect(silent.headers).rejects.toMatchObject({ code: 'CANCELLED' });
    const next = chat.Down({ text: 'goes on' })[Symbol.asyncIterator]();
    await next.next();
    await next.return?.();
    expect(counts()).toEqual([
      { scope: 'service', successes: 1, failures: 0 },
      { scope: 'instance', successes: 1, failures: 0 },
    ]);
  });
});

describe('a circuit breaker of streams that is half open', () => {
  async function halfOpen() {
    let isBroken = true;
    let release!: () => void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const address = await serve({
      Down: async function* ({ text }, { signal }) {
        if (isBroken) {
          throw new Error('broken');
        }
        const left = new Promise((resolve) => signal.addEventListener('abort', resolve));
        await Promise.race([gate, left]);
        yield { text };
        await left;
      },
    });
    const client = new ThriftClient({
      services: [Chat],
      endpoints: [address],
      connectTimeoutMs: 30_000,
      policies: {
        circuitBreaker: {
          minSamples: 1,
          openDurationMs: 20,
          probeIntervalMs: 60_000,
          successesToClose: 1,
        },
      },
    });
    cleanUp(() => client.close());
    const chat = client.getService<ChatClient>('Chat');
    const [governance] = client.governances;
    const breaker = () => governance!.breakers().find(({ key }) => key.endsWith('/Down'))!;
    await expect(firstOf(chat.Down({ text: 'a' }))).rejects.toMatchObject({ code: 'REMOTE_ERROR' });
    isBroken = false;
    await until(() => breaker().state === 'half_open');
    return { chat, breaker, release };
  }

  function firstOf(stream: ReturnType<ChatClient['Down']>): Promise<unknown> {
    return stream[Symbol.asyncIterator]().next();
  }

  it('is closed by the first message of its probe, which goes on, and opens no other stream before', async () => {
    const { chat, breaker, release } = await halfOpen();
    const probe = chat.Down({ text: 'probe' });
    const first = firstOf(probe);
    await expect(firstOf(chat.Down({ text: 'a' }))).rejects.toMatchObject({
      code: 'CIRCUIT_OPEN',
    });
    expect(breaker().state).toBe('half_open');

    release();
    await expect(first).resolves.toMatchObject({ value: { text: 'probe' } });

    await until(() => breaker().state === 'closed');
    await expect(firstOf(chat.Down({ text: 'b' }))).resolves.toMatchObject({ done: false });
  });

  it('stays half open where the caller cancels its probe', async () => {
    const { chat, breaker } = await halfOpen();
    const { counts } = breaker();
    const probe = chat.Down({ text: 'probe' });
    probe.cancel();
    await expect(firstOf(probe)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(breaker()).toMatchObject({ state: 'half_open', counts });
  });
});

describe('a stream whose connection breaks before its first message', () => {
  const Feed = compileSchema(
    loadSchemaFromText(
      `struct Message { 1: required string text }
      service Feed {
        Message Watch(1: Message req) (streaming.mode = "server", idempotent = "true")
        Message Once(1: Message req) (streaming.mode = "server")
        Message Upload(1: Message req) (streaming.mode = "client", idempotent = "true")
      }`,
      { file: 'feed.thrift' },
    ),
  ).service<FeedClient>('Feed');

  interface Message {
    readonly text: string;
  }

  interface FeedClient {
    Watch(request: Message): AsyncIterable<Message>;
    Once(request: Message): AsyncIterable<Message>;
    Upload(requests: AsyncIterable<Message>): Promise<Message>;
  }

  /** A client of an instance whose connections break, and of one that works. */
  async function feed() {
    let broken = 0;
    const breaks = await serveRaw((socket) => {
      void new FrameCollector(socket, ({ text }) => {
        if (text === 'TRAILER') {
          broken += 1;
          socket.destroy();
        }
      });
    });
    const send = async function* (): AsyncGenerator<Message> {
      yield { text: 'ok' };
    };
    const handlers = { Watch: send, Once: send, Upload: async () => ({ text: 'ok' }) };
    const server = new ServerTransport([{ definition: Feed, handlers }], {
      port: 0,
      host: '127.0.0.1',
    });
    await server.listen();
    const client = new ThriftClient({
      services: [Feed],
      resolver: staticResolver([breaks, server.address]),
      connectTimeoutMs: 30_000,
      policies: { retry: { type: 'failure' } },
    });
    cleanUp(async () => {
      await client.close();
      await server.close({ drainTimeoutMs: 0 });
    });
    const chat = client.getService<FeedClient>('Feed');
    /** What four streams give, one after the other. */
    const outcomes = async (open: () => Promise<string>): Promise<string[]> => {
      const all: string[] = [];
      for (let streams = 0; streams < 4; streams++) {
        all.push(await open().catch(({ code }: { code: string }) => code));
      }
      return all;
    };
    return { chat, outcomes, broken: () => broken };
  }

  async function textOf(stream: AsyncIterable<Message>): Promise<string> {
    for await (const { text } of stream) {
      return text;
    }
    return '';
  }

  it('is opened again on another instance, where the method is idempotent and the request a value', async () => {
    const { chat, outcomes, broken } = await feed();
    expect(await outcomes(() => textOf(chat.Watch({ text: 'q' })))).toEqual(Array(4).fill('ok'));
    expect(broken()).toBeGreaterThan(0);
  });

  it('fails where the method is not idempotent', async () => {
    const { chat, outcomes, broken } = await feed();
    const ends = await outcomes(() => textOf(chat.Once({ text: 'q' })));
    expect(ends.filter((end) => end === 'CONNECTION_LOST')).toHaveLength(broken());
    expect(broken()).toBeGreaterThan(0);
  });

  it('fails where messages were sent that cannot be sent again', async () => {
    const { chat, outcomes, broken } = await feed();
    const requests = async function* (): AsyncGenerator<Message> {
      yield { text: 'a' };
      yield { text: 'b' };
    };
    const ends = await outcomes(async () => (await chat.Upload(requests())).text);
    expect(ends.filter((end) => end === 'CONNECTION_LOST')).toHaveLength(broken());
    expect(broken()).toBeGreaterThan(0);
  });
});

describe('the time limits of streams in a policy file', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'stream-policies-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function configured(
    stream: string,
    options: Pick<ThriftClientOptions, 'streams'> = {},
  ): Promise<ChatClient> {
    const path = join(folder, 'policies.yaml');
    writeFileSync(path, `services: { Chat: { methods: { '*': { stream: ${stream} } } } }\n`);
    const config = await GovernanceFile.open(path);
    cleanUp(() => config.close());
    const address = await serve({
      Down: (_request, { signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', reject)),
    });
    return clientOf([address], { config, ...options });
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

  it('are none where they are 0', async () => {
    const ofFile = '{ recv_timeout_ms: 0, total_timeout_ms: 0 }';
    const chat = await configured(ofFile, { streams: { recvTimeoutMs: 20 } });
    const unlimited = chat.Down({ text: 'a' });
    const end = drain(unlimited).catch((error: unknown) => error);
    for (const limit of [{ recvTimeoutMs: 40 }, { timeoutMs: 40 }]) {
      await expect(drain(chat.Down({ text: 'a' }, limit))).rejects.toMatchObject({
        code: 'RPC_TIMEOUT',
      });
    }
    unlimited.cancel();
    await expect(end).resolves.toMatchObject({ code: 'CANCELLED' });
  });

  it('limit a stream as a whole', async () => {
    const chat = await configured('{ total_timeout_ms: 25 }');
    await expect(drain(chat.Down({ text: 'a' }))).rejects.toMatchObject({
      code: 'RPC_TIMEOUT',
      timeoutMs: 25,
    });
  });
});

describe('a stream that the first of two instances refuses', () => {
  const named = (name: string): Partial<ChatHandlers> => ({
    Down: async function* () {
      yield { text: name };
    },
  });

  async function servedBy(chat: ChatClient, streams: number): Promise<string[]> {
    const names: string[] = [];
    for (let index = 0; index < streams; index++) {
      for await (const { text } of chat.Down({ text: 'a' })) {
        names.push(text);
      }
    }
    return names;
  }

  it('is opened on the second one where the first is over its limit', async () => {
    let refused = 0;
    const full = await serveChat(named('full'), {
      admit: () => new LimitExceededError('1 streams are open'),
      observers: [{ streamRejected: () => void (refused += 1) }],
    });
    const chat = clientOf([full.address, await serve(named('free'))], {
      policies: { retry: { type: 'failure' } },
    });
    expect(await servedBy(chat, 4)).toEqual(['free', 'free', 'free', 'free']);
    expect(refused).toBeGreaterThan(0);
  });

  it('is opened on the second one where the first shuts down', async () => {
    let refused = 0;
    const leaving = await serveChat(named('leaving'), {
      observers: [{ streamRejected: () => void (refused += 1) }],
    });
    const chat = clientOf([leaving.address, await serve(named('staying'))], {
      policies: { retry: { type: 'failure' } },
      streams: { mode: 'mux', connectionsPerAddress: 1 },
    });
    // Both connections exist, and nothing that comes on them says that one instance leaves.
    const talks = [chat.Talk(), chat.Talk()];
    for (const talk of talks) {
      await talk.send({ text: 'a' });
      await talk[Symbol.asyncIterator]().next();
    }
    leaving.drain();
    expect(await servedBy(chat, 4)).toEqual(['staying', 'staying', 'staying', 'staying']);
    expect(refused).toBe(1);
    talks.forEach((talk) => talk.closeSend());
  });

  it('fails with the refusal without a retry policy', async () => {
    const full = await serveChat(named('full'), {
      admit: () => new LimitExceededError('1 streams are open'),
    });
    const chat = clientOf([full.address], {});
    await expect(servedBy(chat, 1)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});
