import { ProtocolError } from '@nestjs-thrift/codec';
import {
  CancelledError,
  ClientClosedError,
  ClientTransport,
  type ClientTransportOptions,
  createClient,
  LimitExceededError,
  PoolExhaustedError,
  RemoteCancelledError,
  RemoteError,
  RpcTimeoutError,
} from '@nestjs-thrift/transport';
import { serveChat } from '#test/chat-server.js';
import { Chat, type ChatClient } from '#test/chat-service.js';
import { cleanUp } from '#test/cleanup.js';
import { serveRaw } from '#test/raw-server.js';
import { chatMessage, exceptionMessage, FrameCollector, streamFrame } from '#test/raw-streams.js';
import { until } from '#test/until.js';

function clientOf(address: string, options: ClientTransportOptions = {}) {
  const transport = new ClientTransport({ connectTimeoutMs: 30_000, ...options });
  cleanUp(() => transport.destroy());
  const client = createClient<ChatClient>(Chat, { transport, endpoints: [address] });
  return { client, transport };
}

async function collect(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const message of stream) {
    all.push(message);
  }
  return all;
}

/** A handler that sends one message and then waits until its caller cancels. */
async function* oneAndWait(
  _request: unknown,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<{ text: string }> {
  yield { text: 'first' };
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
}

/** A handler that sends nothing until its caller cancels. */
const silent = (_request: unknown, { signal }: { readonly signal: AbortSignal }) =>
  new Promise<never[]>((resolve) => signal.addEventListener('abort', () => resolve([])));

describe('time limits of a stream', () => {
  it('count until the first message, and then until the next', async () => {
    const { client } = clientOf((await serveChat({ Down: silent })).address);
    const first = { recvTimeoutMs: 60_000, firstMessageTimeoutMs: 20 };
    await expect(collect(client.Down({ text: '' }, first))).rejects.toThrow(
      'sent no message for 20 ms (firstMessageTimeoutMs); servers of Kitex never answer',
    );

    const later = clientOf((await serveChat({ Down: oneAndWait })).address);
    const next = { recvTimeoutMs: 20, firstMessageTimeoutMs: 60_000 };
    await expect(collect(later.client.Down({ text: '' }, next))).rejects.toThrow(
      new RpcTimeoutError(20, 'Chat.Down: the server sent no message for 20 ms (recvTimeoutMs)'),
    );
  });

  it('end one that is only to report them where no step of an iteration could', async () => {
    const server = await serveChat({ Down: silent, Up: silent });
    const { client } = clientOf(server.address);
    const options = { recvTimeoutMs: 20, onRecvTimeout: 'report' } as const;
    await expect(client.Up([], options)).rejects.toThrow(RpcTimeoutError);
    await until(() => server.inFlightCount === 0);

    const forgotten = client.Down({ text: '' }, options);
    await expect(forgotten.headers).rejects.toThrow(RpcTimeoutError);
    await until(() => server.inFlightCount === 0);
  });
});

describe('connections of streams', () => {
  it('are at most streams.maxPerAddress, one for each stream', async () => {
    const { client } = clientOf((await serveChat({ Down: oneAndWait })).address, {
      streams: { maxPerAddress: 1 },
    });
    const first = client.Down({ text: '' });
    await first.headers;
    await expect(collect(client.Down({ text: '' }))).rejects.toThrow(PoolExhaustedError);
    first.cancel();
    await until(async () => {
      const next = client.Down({ text: '' });
      const isOpen = await next.headers.then(
        () => true,
        () => false,
      );
      next.cancel();
      return isOpen;
    });
  });

  it('carry one stream each, also after one that could not be opened', async () => {
    const server = await serveChat({ Down: oneAndWait });
    const { client } = clientOf(server.address);
    const metadata = { k: 'x'.repeat(70_000) };
    await expect(collect(client.Down({ text: '' }, { metadata }))).rejects.toMatchObject({
      code: 'ENCODE_FAILED',
    });
    const streams = [client.Down({ text: '' }), client.Down({ text: '' })];
    await Promise.all(streams.map(({ headers }) => headers));
    expect(server.connectionCount).toBe(2);
    streams.forEach((stream) => stream.cancel());
  });

  it('are not idle while a stream is open', async () => {
    const server = await serveChat({}, { idleTimeoutMs: 100 });
    const message = (text: string) => ({ id: 1, type: 3, payload: chatMessage(text) }) as const;
    let peer!: FrameCollector;
    // On a busy machine a connection may be idle for that long before its first frame.
    await until(async () => {
      peer = await FrameCollector.open(server.address);
      cleanUp(() => peer.socket.destroy());
      peer.send({ id: 1, type: 2, strings: { isn: 'Chat' } }, message('a'));
      await until(() => peer.of(1).length === 2 || peer.ended);
      return !peer.ended;
    });
    const start = performance.now();
    await until(() => performance.now() > start + 300);
    peer.send(message('b'), { id: 1, type: 4 });
    await until(() => peer.of(1).length === 4);
    expect(peer.of(1)).toEqual(['HEADER', 'DATA "re a"', 'DATA "re b"', 'TRAILER']);
    await until(() => peer.ended);
  });
});

describe('messages that a consumer does not take', () => {
  it('end the stream that holds most of them, and no other on its connection', async () => {
    const failures: unknown[] = [];
    let release!: () => void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const server = await serveChat(
      {
        Up: async (requests) => {
          await gate;
          await collect(requests).catch((error: unknown) => failures.push(error));
        },
      },
      { streams: { maxBufferedBytesPerConnection: 65_536, stallTimeoutMs: 50 } },
    );
    const { client } = clientOf(server.address, { streams: { mode: 'mux' } });
    const talk = client.Talk();
    const answers = talk[Symbol.asyncIterator]();
    await talk.send({ text: 'a' });
    await answers.next();
    const up = client.Up();
    const sending = Array.from({ length: 4 }, () => up.send({ text: 'x'.repeat(40_000) }));
    await expect(up.result).rejects.toThrow(
      new RemoteError(6, 'stream over limit: receive buffer'),
    );
    await Promise.allSettled(sending);
    await talk.send({ text: 'b' });
    await expect(answers.next()).resolves.toMatchObject({ value: { text: 're b' } });
    release();
    await until(() => failures.length === 1);
    expect(failures).toEqual([new LimitExceededError('stream over limit: receive buffer')]);
  });
});

describe('an upload that its server ends', () => {
  /** A handler that is busy while its stream ends, and how its loop over the messages ended. */
  async function busyUpload() {
    let release!: () => void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const outcome: { ended?: unknown } = {};
    const server = await serveChat({
      Up: async (requests) => {
        await gate;
        outcome.ended = await collect(requests).then(
          () => 'as a whole upload',
          (error: unknown) => error,
        );
      },
    });
    const peer = await FrameCollector.open(server.address);
    cleanUp(() => peer.socket.destroy());
    peer.send(
      { id: 1, type: 2, method: 'Up', strings: { isn: 'Chat' } },
      { id: 1, type: 3, method: 'Up', payload: chatMessage('a') },
    );
    await until(() => server.inFlightCount === 1);
    return { server, peer, outcome, release };
  }

  it('never looks whole to its handler, for a message that cannot be read', async () => {
    const { peer, outcome, release } = await busyUpload();
    peer.send({ id: 1, type: 3, method: 'Up', payload: Buffer.from('junk') });
    await until(() => peer.of(1).length === 2);
    release();
    await until(() => outcome.ended !== undefined);
    expect(outcome.ended).toBeInstanceOf(ProtocolError);
  });

  it('never looks whole to its handler, for a shutdown', async () => {
    const { server, peer, outcome, release } = await busyUpload();
    await server.close({ drainTimeoutMs: 20 });
    await until(() => peer.of(1).length === 2);
    release();
    await until(() => outcome.ended !== undefined);
    expect(String(outcome.ended)).toContain('shutting down');
  });
});

describe('frames for streams that do not take them', () => {
  it('are counted by a server', async () => {
    let ignored = 0;
    const { address } = await serveChat(
      {},
      { observers: [{ streamFrameIgnored: () => ignored++ }] },
    );
    const peer = await FrameCollector.open(address);
    cleanUp(() => peer.socket.destroy());
    const request = { id: 1, type: 3, method: 'Down', payload: chatMessage('n', 1) } as const;
    peer.send({ id: 1, type: 2, method: 'Down', strings: { isn: 'Chat' } }, request, request);
    await until(() => ignored === 1);
    peer.send({ id: 2, type: 2, strings: { isn: 'Chat' } }, { id: 2, type: 4 });
    peer.send({ id: 2, type: 3, payload: chatMessage('after the end of its side') });
    await until(() => ignored === 2);
    for (const type of [1, 3, 4, 5] as const) {
      peer.send({ id: 9, type, payload: chatMessage('of an unknown stream') });
      const before = ignored;
      await until(() => ignored === before + 1);
    }
  });

  it('are not counted by a server where a caller does not know yet that its stream has ended', async () => {
    let ignored = 0;
    let ended = 0;
    const { address } = await serveChat(
      {
        Talk: async function* (requests) {
          for await (const { text } of requests) {
            yield { text };
            return;
          }
        },
      },
      { observers: [{ streamFrameIgnored: () => ignored++, streamEnded: () => ended++ }] },
    );
    const { client } = clientOf(address);
    const talk = client.Talk();
    await talk.send({ text: 'last' });
    await expect(collect(talk)).resolves.toHaveLength(1);
    const peer = await FrameCollector.open(address);
    cleanUp(() => peer.socket.destroy());
    const open = { type: 2, strings: { isn: 'Chat' } } as const;
    peer.send({ id: 1, ...open }, { id: 1, type: 3, payload: chatMessage('last') });
    await until(() => ended === 2);
    // A cancellation, after which callers close their side, and what is sent with a stream that is refused.
    peer.send({ id: 1, type: 5 }, { id: 1, type: 4 });
    peer.send({ id: 2, ...open, method: 'Nope' }, { id: 2, type: 4 });
    peer.send({ id: 3, ...open }, { id: 3, type: 5 }, { id: 3, type: 4 });
    await until(() => ended === 3);
    expect(ignored).toBe(0);
    peer.send({ id: 1, type: 4 });
    await until(() => ignored === 1);
  });

  it('are counted by a client', async () => {
    const address = await serveRaw((socket) => {
      void new FrameCollector(socket, ({ id, text }) => {
        if (text === 'TRAILER') {
          socket.write(streamFrame({ id, type: 4, method: 'Down' }));
          socket.write(streamFrame({ id, type: 3, method: 'Down', payload: chatMessage('late') }));
          socket.write(streamFrame({ id, type: 4, method: 'Down' }));
        }
      });
    });
    let ignored = 0;
    const { client } = clientOf(address, {
      streams: { mode: 'mux' },
      observers: [{ streamFrameIgnored: () => ignored++ }],
    });
    await expect(collect(client.Down({ text: 'q' }))).resolves.toEqual([]);
    await until(() => ignored === 2);
  });
});

describe('a stream that a handler of a stream opens', () => {
  interface Seen {
    readonly logId: string;
    readonly callerMethod: string;
    readonly deadline: number;
    readonly metadata: ReadonlyMap<string, string>;
    readonly persistentMetadata: ReadonlyMap<string, string>;
  }

  /** Two services one behind the other, and a connection to the first, put together frame by frame. */
  async function chain() {
    const seen: Seen[] = [];
    const reasons: unknown[] = [];
    const last = await serveChat({
      Down: async function* (request, stream) {
        seen.push(stream);
        stream.signal.addEventListener('abort', () => reasons.push(stream.signal.reason));
        yield* oneAndWait(request, stream);
      },
    });
    const { client } = clientOf(last.address, { serviceName: 'svc.B' });
    const middle = await serveChat({ Down: (request) => client.Down(request) });
    const peer = await FrameCollector.open(middle.address);
    cleanUp(() => peer.socket.destroy());
    const open = (content: { ints?: Record<number, string>; strings?: Record<string, string> }) =>
      peer.send(
        {
          id: 1,
          type: 2,
          method: 'Down',
          ...content,
          strings: { isn: 'Chat', ...content.strings },
        },
        { id: 1, type: 3, method: 'Down', payload: chatMessage('n') },
        { id: 1, type: 4, method: 'Down' },
      );
    return { seen, reasons, peer, open };
  }

  it('takes over deadline, log id and persistent metadata, and no transient metadata', async () => {
    const { seen, open } = await chain();
    const strings = { RPC_TRANSIT_TK: 't', RPC_PERSIST_PK: 'p' };
    open({ ints: { 2: 'log-1', 12: '60000' }, strings });
    await until(() => seen.length === 1);
    const { deadline } = seen[0]!;
    expect(deadline - performance.now()).toBeGreaterThan(0);
    expect(deadline - performance.now()).toBeLessThanOrEqual(60_000);
    expect(seen[0]).toMatchObject({
      logId: 'log-1',
      callerMethod: 'Down',
      metadata: new Map(),
      persistentMetadata: new Map([['PK', 'p']]),
    });
  });

  it('is cancelled with the type and the text of the cancellation that came', async () => {
    const { seen, reasons, peer, open } = await chain();
    open({});
    await until(() => seen.length === 1);
    const payload = exceptionMessage('Down', 12014, 'waited for too long');
    peer.send({ id: 1, type: 5, method: 'Down', strings: { ttscp: 'svc.X,svc.A' }, payload });
    await until(() => reasons.length === 1);
    expect(reasons[0]).toBeInstanceOf(RemoteCancelledError);
    expect(reasons[0]).toMatchObject({
      type: 12014,
      message: 'waited for too long',
      path: ['svc.X', 'svc.A', 'svc.B'],
    });
  });
});

it('a client that closes lets streams end for its grace, then cancels them', async () => {
  const reasons: unknown[] = [];
  const server = await serveChat({
    Down: async function* (request, stream) {
      stream.signal.addEventListener('abort', () => reasons.push(stream.signal.reason));
      yield* oneAndWait(request, stream);
    },
  });
  const { client, transport } = clientOf(server.address);
  const messages = client.Down({ text: '' })[Symbol.asyncIterator]();
  await messages.next();
  const end = messages.next();
  const closed = transport.close(30);
  await Promise.all([
    expect(collect(client.Down({ text: '' }))).rejects.toThrow(ClientClosedError),
    expect(end).rejects.toThrow(ClientClosedError),
    closed,
  ]);
  await until(() => reasons.length === 1);
  expect(reasons[0]).toMatchObject({ code: 'REMOTE_CANCELLED', type: 12007 });
});

describe("cancelFrame: 'trailer'", () => {
  const streams = { mode: 'mux', cancelFrame: 'trailer' } as const;

  it('ends the messages of a cancelled stream with an error, by the frame that old servers know', async () => {
    const frames: string[] = [];
    const address = await serveRaw((socket) => {
      void new FrameCollector(socket, ({ text }) => frames.push(text));
    });
    const { client } = clientOf(address, { streams });
    const up = client.Up();
    await up.send({ text: 'half' });
    up.cancel();
    await expect(up.result).rejects.toThrow(CancelledError);
    await until(() => frames.length === 3);
    expect(frames).toEqual([
      'HEADER isn=Chat',
      'DATA "half"',
      'TRAILER 12007: cancelled by the caller',
    ]);
  });

  it('never looks like the end of an upload', async () => {
    let outcome: unknown;
    const server = await serveChat({
      Up: async (requests) => {
        outcome = await collect(requests).catch((error: unknown) => error);
      },
    });
    const { client } = clientOf(server.address, { streams });
    const up = client.Up();
    await up.send({ text: 'half' });
    up.cancel();
    await until(() => outcome !== undefined);
    expect(outcome).toEqual(new RemoteError(12007, 'cancelled by the caller'));
  });
});
