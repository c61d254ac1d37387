import {
  BizStatusError,
  CancelledError,
  ClientTransport,
  type ClientTransportOptions,
  createClient,
  type IncomingStream,
  RemoteCancelledError,
  RemoteError,
  RpcTimeoutError,
  type ServerTransport,
  type ServerTransportOptions,
  StreamClosedError,
} from '@nestjs-thrift/transport';
import { serveChat } from '#test/chat-server.js';
import {
  Chat,
  type ChatClient,
  type ChatHandlers,
  type Req,
  type Res,
} from '#test/chat-service.js';
import { cleanUp } from '#test/cleanup.js';
import { until } from '#test/until.js';

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of stream) {
    all.push(value);
  }
  return all;
}

/** A handler that takes an upload, and how it ended: `'committed'`, or its error. */
function watchedUpload(): { readonly handlers: Partial<ChatHandlers>; readonly outcome: unknown } {
  let outcome: unknown;
  const handlers: Partial<ChatHandlers> = {
    Up: async (requests) => {
      try {
        await collect(requests);
        outcome = 'committed';
      } catch (error) {
        outcome = error;
        throw error;
      }
    },
  };
  return {
    handlers,
    get outcome() {
      return outcome;
    },
  };
}

interface Peers {
  readonly server: ServerTransport;
  readonly transport: ClientTransport;
  readonly client: ChatClient;
}

async function peers(
  handlers: Partial<ChatHandlers> = {},
  serverOptions: ServerTransportOptions = {},
  clientOptions: ClientTransportOptions = {},
): Promise<Peers> {
  const server = await serveChat(handlers, serverOptions);
  const transport = new ClientTransport({ connectTimeoutMs: 30_000, ...clientOptions });
  const client = createClient(Chat, { transport, endpoints: [server.address] });
  cleanUp(() => transport.destroy());
  return { server, transport, client };
}

describe.each(['exclusive', 'mux'] as const)('streams on connections of mode %s', (mode) => {
  const open = (handlers?: Partial<ChatHandlers>, options?: ServerTransportOptions) =>
    peers(handlers, options, { streams: { mode } });

  it.each([0, 1, 3, 500])('a server sends %i messages', async (count) => {
    const { client } = await open();
    const messages = await collect(client.Down({ text: 'n', count }));
    expect(messages.map(({ n }) => n)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  });

  it('a client sends messages and gets one answer', async () => {
    const { client } = await open();
    await expect(client.Up([])).resolves.toMatchObject({ text: 'total', n: 0 });
    const requests = (async function* (): AsyncGenerator<Req> {
      yield { text: 'a' };
      yield { text: 'b' };
    })();
    await expect(client.Up(requests)).resolves.toMatchObject({ n: 2 });
    const up = client.Up();
    await up.send({ text: 'a' });
    await expect(up.finish()).resolves.toMatchObject({ n: 1 });
    await expect(up.send({ text: 'late' })).rejects.toThrow(StreamClosedError);
  });

  it('both sides send in any order', async () => {
    const { client } = await open();
    const talk = client.Talk();
    const messages = talk[Symbol.asyncIterator]();
    await talk.send({ text: 'a' });
    await expect(messages.next()).resolves.toMatchObject({ value: { text: 're a' } });
    await talk.send({ text: 'b' });
    talk.closeSend();
    talk.closeSend();
    await expect(messages.next()).resolves.toMatchObject({ value: { text: 're b' } });
    await expect(messages.next()).resolves.toMatchObject({ done: true });
    await expect(collect(client.Talk([{ text: 'x' }, { text: 'y' }]))).resolves.toHaveLength(2);
  });

  it('headers and trailers are sent with the messages', async () => {
    const { client } = await open({
      Down: async function* (_request, stream) {
        stream.setHeader('h1', 'a');
        stream.setTrailer('t1', 'x');
        yield { text: 'm' };
      },
    });
    const stream = client.Down({ text: '' });
    expect(Object.fromEntries(await stream.headers)).toEqual({ h1: 'a' });
    await collect(stream);
    expect(Object.fromEntries(await stream.trailers)).toEqual({ t1: 'x' });
  });

  it('metadata, deadline and name of the caller reach the handler', async () => {
    const seen: Partial<IncomingStream>[] = [];
    const { client } = await peers(
      {
        Down: (_request, stream) => {
          const { caller, deadline, metadata, persistentMetadata } = stream;
          seen.push({ caller, deadline, metadata, persistentMetadata });
          return [];
        },
      },
      {},
      { streams: { mode }, serviceName: 'gateway' },
    );
    const options = { metadata: { t: '1' }, persistentMetadata: { p: '2' }, timeoutMs: 60_000 };
    await collect(client.Down({ text: '' }, options));
    expect(seen).toMatchObject([
      {
        caller: 'gateway',
        metadata: new Map([['t', '1']]),
        persistentMetadata: new Map([['p', '2']]),
      },
    ]);
    expect(seen[0]!.deadline).toBeLessThan(Infinity);
  });

  it.each([
    ['a business status', () => new BizStatusError(404, 'not here', { k: '1<2' }), BizStatusError],
    ['a RemoteError', () => new RemoteError(42, 'mine'), RemoteError],
  ])('messages come before %s that ends the stream', async (_what, error, type) => {
    const { client } = await open({
      Down: async function* () {
        yield { text: 'first' };
        throw error();
      },
    });
    const messages = client.Down({ text: '' })[Symbol.asyncIterator]();
    await expect(messages.next()).resolves.toMatchObject({ value: { text: 'first' } });
    const failure = messages.next();
    await expect(failure).rejects.toBeInstanceOf(type);
    await expect(failure).rejects.toMatchObject({ message: error().message });
  });

  it('a caller learns nothing of an unexpected error', async () => {
    const { client } = await open({ Up: () => Promise.reject(new Error('secret')) });
    await expect(client.Up([])).rejects.toThrow(new RemoteError(6, 'internal error'));
  });

  it('leaving the loop cancels the handler, and throws nothing', async () => {
    let reason: unknown;
    let cleaned = false;
    const { client, server } = await open({
      Down: async function* (_request, { signal }) {
        signal.addEventListener('abort', () => (reason = signal.reason));
        try {
          for (let n = 0; ; n++) {
            yield { text: 'tick', n };
          }
        } finally {
          cleaned = true;
        }
      },
    });
    for await (const { n } of client.Down({ text: '' })) {
      if (n === 2) {
        break;
      }
    }
    await until(() => cleaned && server.inFlightCount === 0);
    expect(reason).toBeInstanceOf(RemoteCancelledError);
    expect(reason).toMatchObject({ type: 12007 });
  });

  it('a signal cancels a handler that waits for messages, never as the end of them', async () => {
    const upload = watchedUpload();
    const { client } = await open(upload.handlers);
    const abort = new AbortController();
    const up = client.Up({ signal: abort.signal });
    await up.send({ text: 'half an upload' });
    abort.abort(new Error('had enough'));
    await expect(up.result).rejects.toThrow(CancelledError);
    await until(() => upload.outcome !== undefined);
    expect(upload.outcome).toBeInstanceOf(RemoteCancelledError);
  });

  it('a lost connection ends both sides with an error', async () => {
    const upload = watchedUpload();
    const { client, transport } = await open(upload.handlers);
    const up = client.Up();
    await up.send({ text: 'a' });
    transport.destroy();
    await expect(up.result).rejects.toThrow('closed');
    await until(() => upload.outcome !== undefined);
    expect(upload.outcome).not.toBe('committed');
  });

  it('a stream without a message in time ends with a timeout', async () => {
    const { client, server } = await open({
      Down: (_request, { signal }) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve([]))),
    });
    const stream = client.Down({ text: '' }, { recvTimeoutMs: 30 });
    await expect(collect(stream)).rejects.toThrow(RpcTimeoutError);
    await until(() => server.inFlightCount === 0);
    const total = client.Down({ text: '' }, { timeoutMs: 30 });
    await expect(collect(total)).rejects.toThrow('did not end in time');
    await until(() => server.inFlightCount === 0);
  });

  it('a receive timeout that is only reported lets the stream go on', async () => {
    let release!: () => void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const { client } = await open({
      Down: async function* () {
        await gate;
        yield { text: 'late' };
      },
    });
    const options = { recvTimeoutMs: 20, onRecvTimeout: 'report' } as const;
    const messages = client.Down({ text: '' }, options)[Symbol.asyncIterator]();
    await expect(messages.next()).rejects.toThrow(RpcTimeoutError);
    release();
    // Under load the time may pass more than once.
    const nextMessage = (): Promise<IteratorResult<Res>> => messages.next().catch(nextMessage);
    await expect(nextMessage()).resolves.toMatchObject({ value: { text: 'late' } });
  });

  it('a unary method and one with a stream are served side by side', async () => {
    const { client } = await open();
    await expect(client.Ping({ text: 'p' })).resolves.toMatchObject({ text: 'pong p' });
    await expect(client.Uni({ text: 'u' })).resolves.toMatchObject({ text: 'uni u' });
    await expect(collect(client.Down({ text: 'n', count: 2 }))).resolves.toHaveLength(2);
  });

  it('a message that does not fit the IDL fails its stream alone', async () => {
    const { client } = await open({
      Down: async function* () {
        yield { text: 5 };
      },
    });
    await expect(collect(client.Down({ text: '' }))).rejects.toThrow('internal error');
    await expect(collect(client.Down({ text: 5 } as never))).rejects.toThrow('cannot be encoded');
    await expect(collect(client.Talk([{ text: 'x' }]))).resolves.toHaveLength(1);
  });

  it('a cancellation goes on through the services of a chain, with its type and its path', async () => {
    const last: RemoteCancelledError[] = [];
    const c = await open({
      Down: async function* (_request, { signal }) {
        signal.addEventListener('abort', () => last.push(signal.reason as RemoteCancelledError));
        for (;;) {
          yield { text: 'tick' };
          await new Promise((resolve) => setImmediate(resolve));
        }
      },
    });
    const toC = new ClientTransport({ serviceName: 'svc.B', streams: { mode } });
    cleanUp(() => toC.destroy());
    const clientOfC = createClient(Chat, { transport: toC, endpoints: [c.server.address] });
    const b = await peers(
      { Down: (request) => clientOfC.Down(request) },
      {},
      { serviceName: 'svc.A' },
    );
    for await (const _ of b.client.Down({ text: 'x' })) {
      break;
    }
    await until(() => last.length > 0);
    expect(last[0]).toMatchObject({ type: 12007, path: ['svc.A', 'svc.B'] });
  });

  it('a server that drains ends its streams by trailers', async () => {
    let drained = false;
    const { client, server } = await open({
      Down: async function* (_request, { draining, signal }) {
        draining.addEventListener('abort', () => (drained = true));
        yield { text: 'first' };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    });
    const messages = client.Down({ text: '' })[Symbol.asyncIterator]();
    await messages.next();
    const end = messages.next();
    await Promise.all([
      expect(end).rejects.toThrow('server is shutting down: the stream was not over in time'),
      server.close({ drainTimeoutMs: 20 }),
    ]);
    expect(drained).toBe(true);
  });
});

describe('flow control', () => {
  it('a server stops taking values while its caller takes none', async () => {
    let pulled = 0;
    const text = 'x'.repeat(64 * 1024);
    const { client } = await peers({
      Down: async function* () {
        for (; pulled < 1_000; pulled++) {
          yield { text };
        }
      },
    });
    const messages = client.Down({ text: '' })[Symbol.asyncIterator]();
    await messages.next();
    let before = -1;
    await until(() => {
      const stands = pulled === before;
      before = pulled;
      return stands;
    }, 30_000);
    expect(pulled).toBeLessThan(500);
    let received = 1;
    for (let step = await messages.next(); !step.done; step = await messages.next()) {
      received++;
    }
    expect(received).toBe(1_000);
  });

  it('a sender waits while the handler takes no messages', async () => {
    let release!: () => void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let received = 0;
    const { client } = await peers({
      Up: async (requests) => {
        await gate;
        for await (const _ of requests) {
          received++;
        }
        return { text: 'total', n: received };
      },
    });
    let sent = 0;
    const text = 'x'.repeat(256 * 1024);
    const requests = (async function* (): AsyncGenerator<Req> {
      for (; sent < 400; sent++) {
        yield { text };
      }
    })();
    const result = client.Up(requests);
    let before = -1;
    await until(() => {
      const stands = sent === before && sent > 0;
      before = sent;
      return stands;
    }, 30_000);
    expect(sent).toBeLessThan(200);
    release();
    await expect(result).resolves.toMatchObject({ n: 400 });
  });
});

it('a handler that lets messages wait is reported, once', async () => {
  let release!: () => void;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const reports: [string, object][] = [];
  const { client } = await peers(
    {
      Up: async (requests) => {
        await gate;
        let n = 0;
        for await (const _ of requests) {
          n++;
        }
        return { text: 'total', n };
      },
    },
    {
      streams: { handlerStallWarnMs: 20 },
      observers: [
        { streamHandlerStalled: ({ method }, waiting) => reports.push([method.name, waiting]) },
      ],
    },
  );
  const result = client.Up([{ text: 'a' }, { text: 'b' }, { text: 'c' }]);
  const start = performance.now();
  await until(() => reports.length > 0 && performance.now() > start + 150);
  release();
  await expect(result).resolves.toMatchObject({ n: 3 });
  expect(reports).toEqual([['Up', { messages: 3, bytes: expect.any(Number), stalledMs: 20 }]]);
});

it('a connection error before the first message rejects with ConnectError', async () => {
  const { client, server } = await peers();
  await server.close();
  await expect(collect(client.Down({ text: 'n' }))).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
  });
});

it('a stream that a draining server rejects has not run and fails as not sent', async () => {
  const { client, server } = await peers({}, {}, { streams: { mode: 'mux' } });
  const talk = client.Talk();
  await talk.send({ text: 'a' });
  await talk[Symbol.asyncIterator]().next();
  server.drain();
  await expect(collect(client.Down({ text: 'n', count: 1 }))).rejects.toMatchObject({
    code: 'NOT_SENT',
  });
  talk.closeSend();
});
