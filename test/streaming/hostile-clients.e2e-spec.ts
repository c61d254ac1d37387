import { deepEqual } from 'node:assert/strict';
import {
  ClientTransport,
  ConnectionLostError,
  createClient,
  type DuplexStream,
  type IncomingStream,
  ServerTransport,
  type ServerTransportOptions,
  type TransportObserver,
} from '@nestjs-thrift/transport';
import { Chat, chatHandlers, type Req, type Res } from '#test/chat-service.js';
import { cleanUp } from '#test/cleanup.js';
import {
  chatMessage,
  exceptionMessage,
  FrameCollector,
  type FrameShape,
  streamFrame,
} from '#test/raw-streams.js';
import { until } from '#test/until.js';

const HEADER = { type: 2, strings: { isn: 'Chat' } } as const;
const message = (id: number, text: string): FrameShape => ({
  id,
  type: 3,
  payload: chatMessage(text),
});

/** A server, and the signals of the streams of Talk that it serves. */
class Scene {
  readonly signals: AbortSignal[] = [];
  decodeFailures = 0;
  readonly server: ServerTransport;

  constructor(options: ServerTransportOptions) {
    const handlers = chatHandlers({
      Talk: async function* (this: void, requests, stream: IncomingStream) {
        signals.push(stream.signal);
        for await (const { text } of requests) {
          yield { text: `re ${text}` };
        }
      },
    });
    const { signals } = this;
    const observer: TransportObserver = { decodeFailed: () => void this.decodeFailures++ };
    this.server = new ServerTransport([{ definition: Chat, handlers }], {
      port: 0,
      host: '127.0.0.1',
      observers: [observer],
      ...options,
    });
    cleanUp(() => this.server.close({ drainTimeoutMs: 0 }));
  }

  static async open(options: ServerTransportOptions = {}): Promise<Scene> {
    const scene = new Scene(options);
    await scene.server.listen();
    return scene;
  }

  /** A connection whose streams are put together frame by frame. */
  async connect(): Promise<FrameCollector> {
    const collector = await FrameCollector.open(this.server.address);
    cleanUp(() => collector.socket.destroy());
    return collector;
  }

  /** A connection with a stream of Talk that has had an answer. */
  async talk(id = 1): Promise<FrameCollector> {
    const collector = await this.connect();
    collector.send({ id, ...HEADER }, message(id, 'ok'));
    await until(() => collector.of(id).length === 2);
    return collector;
  }

  /** A well-behaved stream on another connection. */
  neighbour(): Neighbour {
    const transport = new ClientTransport({ connectTimeoutMs: 30_000 });
    cleanUp(() => transport.destroy());
    return new Neighbour(
      createClient(Chat, { transport, endpoints: [this.server.address] }).Talk(),
    );
  }
}

class Neighbour {
  readonly #stream: DuplexStream<Req, Res>;
  readonly #answers: AsyncIterator<Res>;
  #messages = 0;

  constructor(stream: DuplexStream<Req, Res>) {
    this.#stream = stream;
    this.#answers = stream[Symbol.asyncIterator]();
  }

  /** Sends a message and gets its answer. */
  async works(): Promise<void> {
    const text = String(this.#messages++);
    await this.#stream.send({ text });
    const { value } = await this.#answers.next();
    deepEqual((value as Res).text, `re ${text}`);
  }
}

const good = streamFrame({ id: 1, type: 3, payload: chatMessage('x') });
/** The good frame with other bytes from a position on. */
function changed(position: number, ...bytes: readonly number[]): Buffer {
  const copy = Buffer.from(good);
  copy.set(bytes, position);
  return copy;
}

describe('bytes that no frame of a stream has', () => {
  it.each([
    ['another frame type', streamFrame({ id: 1, type: '9' })],
    ['a frame type of two digits', streamFrame({ id: 1, type: '33' })],
    ['an empty frame type', streamFrame({ id: 1, type: '' })],
    ['no frame type', streamFrame({ id: 1, type: undefined })],
    ['no flag of streams', streamFrame({ id: 1, type: 3, flags: 0 })],
    [
      'a call on a connection of streams',
      Buffer.from('00000011800100010000000450696e670000000100', 'hex'),
    ],
    ['no TTHeader', Buffer.alloc(40, 0xab)],
    ['the protocol id 1', streamFrame({ id: 1, type: 3, protocolId: 1 })],
    ['the protocol id 2', streamFrame({ id: 1, type: 3, protocolId: 2 })],
    ['an empty header', changed(12, 0, 0)],
    ['a string that ends after its header', changed(16, 1, 0, 9, 0xff, 0xff)],
    ['a section that is not known', changed(16, 0x77)],
    ['a length below its header', changed(0, 0, 0, 0, 4)],
    ['a length above 1 GiB', changed(0, 0x7f, 0xff, 0xff, 0xff)],
    ['a negative length', changed(0, 0xff, 0xff, 0xff, 0xff)],
    ['the id of an open stream', streamFrame({ id: 1, ...HEADER })],
  ])('close their connection alone: %s', async (_what, bytes) => {
    const scene = await Scene.open();
    const neighbour = scene.neighbour();
    await neighbour.works();
    const hostile = await scene.talk();

    hostile.send(bytes, message(1, 'behind'));

    await until(() => hostile.ended);
    expect(hostile.of(1)).toEqual(['HEADER', 'DATA "re ok"']);
    const [, signal] = scene.signals;
    expect(signal!.reason).toBeInstanceOf(ConnectionLostError);
    expect(scene.decodeFailures).toBe(1);
    await neighbour.works();
    await until(() => scene.server.inFlightCount === 1);
  });

  it.each([1, 3, 4, 5])(
    'are ignored where a connection begins with a frame of type %i',
    async (type) => {
      const scene = await Scene.open();
      const hostile = await scene.connect();

      hostile.send({ id: 1, type: String(type) });
      hostile.send({ id: 1, ...HEADER }, message(1, 'ok'));

      await until(() => hostile.of(1).length === 2);
      expect(hostile.of(1)).toEqual(['HEADER', 'DATA "re ok"']);
    },
  );

  it.each([
    ['half a frame', good.subarray(0, 30)],
    ['part of the length', good.subarray(0, 3)],
    ['half of a message that is too large', changed(0, 0x10, 0, 0, 0)],
  ])('close their connection after readTimeoutMs: %s, and no more', async (_what, bytes) => {
    const scene = await Scene.open({ readTimeoutMs: 100, maxFrameBytes: 65_536 });
    const neighbour = scene.neighbour();
    await neighbour.works();
    const hostile = await scene.talk();

    hostile.send(bytes);

    await until(() => hostile.ended);
    await until(() => scene.signals[1]!.aborted);
    await neighbour.works();
  });

  it('close their connection after readTimeoutMs where they come one by one', async () => {
    const scene = await Scene.open({ readTimeoutMs: 200 });
    const hostile = await scene.talk();
    const large = streamFrame({ id: 1, type: 3, payload: Buffer.alloc(60_000) });

    let sent = 0;
    await until(() => {
      hostile.socket.write(large.subarray(sent, ++sent));
      return hostile.ended;
    });

    expect(sent).toBeLessThan(large.length);
  });
});

describe('frames that break the rules of their stream', () => {
  const down = { id: 1, method: 'Down' };
  const open = { id: 1, ...HEADER };
  const unread = (why: string) =>
    `TRAILER 7: a message of Chat.Talk cannot be read: ${why}; do both sides have the same IDL?`;

  it.each<[string, readonly FrameShape[], readonly string[]]>([
    [
      'a message that is not a struct',
      [open, { id: 1, type: 3, payload: Buffer.from('0b00017fffffff', 'hex') }],
      ['HEADER', unread('message ends after 0 of 2147483647 bytes needed')],
    ],
    [
      'an empty message',
      [open, { id: 1, type: 3 }],
      ['HEADER', unread('message ends after 0 of 1 bytes needed')],
    ],
    [
      'a message above maxFrameBytes',
      [open, { id: 1, type: 3, payload: chatMessage('x'.repeat(100_000)) }],
      [
        'HEADER',
        'TRAILER 7: message of 100042 bytes, at most 65536 are accepted (maxFrameBytes of the server)',
      ],
    ],
    [
      'an unknown method',
      [
        { id: 1, ...HEADER, method: 'Nope' },
        { id: 1, type: 3 },
        { id: 1, type: 4 },
      ],
      ['HEADER', 'TRAILER 1: unknown method Nope (service Chat)'],
    ],
    [
      'a method without a stream',
      [{ id: 1, ...HEADER, method: 'Ping' }],
      ['HEADER', 'TRAILER 2: Chat.Ping is not a streaming method'],
    ],
    [
      'no method',
      [{ id: 1, ...HEADER, method: undefined }],
      ['HEADER', 'TRAILER 1: unknown method  (service Chat)'],
    ],
    [
      'an end without a request',
      [
        { ...down, ...HEADER },
        { ...down, type: 4 },
      ],
      ['HEADER', 'TRAILER 7: the stream ended without a request'],
    ],
    [
      'a cancellation without a reason',
      [open, { id: 1, type: 5 }],
      ['HEADER', 'TRAILER 6: biz error: rst'],
    ],
    [
      'a cancellation without a readable exception',
      [open, { id: 1, type: 5, payload: Buffer.from('junk-junk-junk-junk') }],
      ['HEADER', 'TRAILER 6: biz error: rst'],
    ],
    [
      'two cancellations, and a message',
      [open, { id: 1, type: 5 }, { id: 1, type: 5 }, message(1, 'late')],
      ['HEADER', 'TRAILER 6: biz error: rst'],
    ],
    [
      'an end with an exception',
      [open, { id: 1, type: 4, payload: exceptionMessage('Talk', 6, 'bad') }],
      ['HEADER', 'TRAILER 6: bad'],
    ],
    [
      'an end that cannot be read',
      [open, { id: 1, type: 4, payload: Buffer.from('junk') }],
      ['HEADER', 'TRAILER 6: internal error'],
    ],
    [
      'frames of a stream that is not open',
      [
        { id: 7, type: 3 },
        { id: 7, type: 4 },
        { id: 7, type: 5 },
        { id: 7, type: 1 },
      ],
      [],
    ],
  ])('end it alone: %s', async (_what, frames, expected) => {
    const scene = await Scene.open({ maxFrameBytes: 65_536 });
    const hostile = await scene.talk(100);

    hostile.send(...frames, message(100, 'after'));

    await until(() => hostile.of(100).length === 3 && hostile.of(1).length === expected.length);
    expect(hostile.of(1)).toEqual(expected);
    expect(hostile.of(100)).toEqual(['HEADER', 'DATA "re ok"', 'DATA "re after"']);
    hostile.send({ id: 100, type: 4 });
    await until(() => hostile.of(100).length === 4);
    await until(() => scene.server.inFlightCount === 0);
  });

  it('are refused where a connection has as many streams as it may', async () => {
    const scene = await Scene.open({ streams: { maxPerConnection: 2 } });
    const hostile = await scene.talk(100);
    hostile.send({ id: 1, ...HEADER }, { id: 2, ...HEADER }, message(1, 'one'));
    await until(() => hostile.of(1).length === 2);
    expect(hostile.of(2)).toEqual(['HEADER', 'TRAILER 6: request over limit: streams']);
    expect(hostile.of(1)).toEqual(['HEADER', 'DATA "re one"']);
  });
});

describe('frames that are unusual and correct', () => {
  const requestDown = (id: number, shape: Partial<FrameShape> = {}): FrameShape[] => [
    { id, method: 'Down', ...HEADER, ...shape },
    { id, method: 'Down', type: 3, payload: chatMessage('n', 1) },
    { id, method: 'Down', type: 4 },
  ];
  const ONE = ['HEADER', 'DATA "m" 1', 'TRAILER'];

  it.each<[string, number, readonly FrameShape[]]>([
    ['the stream 0', 0, requestDown(0)],
    ['a negative stream', -5, requestDown(-5)],
    ['a token of an access list', 1, requestDown(1, { acl: 'token' })],
    ['empty strings', 1, requestDown(1, { strings: { isn: 'Chat', '': '', empty: '' } })],
    ['no name of a service', 1, requestDown(1, { strings: {} })],
    ['an unknown name of a service', 1, requestDown(1, { strings: { isn: 'Ghost' } })],
    ['the protocol id 0', 1, requestDown(1, { protocolId: 0 })],
    ['other integer keys', 1, requestDown(1, { ints: { 2: 'log', 3: 'caller', 99: 'x' } })],
    ['a header frame with a payload', 1, requestDown(1, { payload: chatMessage('ignored', 5) })],
    ['a second request and a second end', 1, [...requestDown(1), ...requestDown(1).slice(1)]],
    [
      'a message without keys',
      1,
      [
        { id: 1, method: 'Down', ...HEADER },
        { id: 1, type: 3, method: undefined, payload: chatMessage('n', 1) },
      ],
    ],
    [
      'bytes behind the message',
      1,
      [
        { id: 1, method: 'Down', ...HEADER },
        {
          id: 1,
          type: 3,
          payload: Buffer.concat([chatMessage('n', 1), Buffer.from([1, 2, 3])]),
        },
      ],
    ],
  ])('are served: %s', async (_what, id, frames) => {
    const scene = await Scene.open();
    const client = await scene.connect();
    client.send(...frames);
    await until(() => client.of(id).length >= 3);
    client.send(...requestDown(50));
    await until(() => client.of(50).length === 3);
    expect(client.of(id)).toEqual(ONE);
    expect(client.of(50)).toEqual(ONE);
  });

  it('are served where they come byte by byte', async () => {
    const scene = await Scene.open();
    const client = await scene.connect();
    client.socket.setNoDelay(true);
    for (const byte of Buffer.concat(requestDown(1).map((shape) => streamFrame(shape)))) {
      client.socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => client.of(1).length === 3);
    expect(client.of(1)).toEqual(ONE);
  });
});

it('a handler that takes no messages for longer than readTimeoutMs loses no upload', async () => {
  let release!: () => void;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const handlers = chatHandlers({
    Up: async (requests) => {
      await gate;
      let n = 0;
      for await (const _ of requests) {
        n++;
      }
      return { text: 'total', n };
    },
  });
  const server = new ServerTransport([{ definition: Chat, handlers }], {
    port: 0,
    host: '127.0.0.1',
    readTimeoutMs: 300,
    streams: { maxBufferedBytesPerConnection: 65_536 },
  });
  await server.listen();
  const transport = new ClientTransport({ connectTimeoutMs: 30_000 });
  cleanUp(async () => {
    transport.destroy();
    await server.close({ drainTimeoutMs: 0 });
  });
  const client = createClient(Chat, { transport, endpoints: [server.address] });
  const text = 'x'.repeat(50_000);
  const result = client.Up(Array.from({ length: 100 }, () => ({ text })));
  const start = performance.now();
  await until(() => performance.now() > start + 900);
  release();
  await expect(result).resolves.toMatchObject({ n: 100 });
});
