import { ProtocolError } from '@nestjs-thrift/codec';
import {
  BizStatusError,
  ClientTransport,
  ConnectionLostError,
  createClient,
  RemoteCancelledError,
  RemoteError,
} from '@nestjs-thrift/transport';
import { Chat, type ChatClient } from '#test/chat-service.js';
import { cleanUp } from '#test/cleanup.js';
import {
  chatMessage,
  FrameCollector,
  readFrame,
  streamFrame,
  type TakenFrame,
} from '#test/raw-streams.js';
import { serveRaw } from '#test/raw-server.js';
import { readCases, type Vector } from './support/vectors.js';

/** How a stream ended for its caller. */
interface Outcome {
  readonly messages: readonly string[];
  /** `undefined` for the normal end. */
  readonly error: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

interface Expected {
  readonly messages?: readonly string[];
  readonly error?: abstract new (...args: never[]) => Error;
  /** Other properties of the error. */
  readonly details?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly trailers?: Readonly<Record<string, string>>;
  /** Whether the connection is lost, with all its streams. */
  readonly isFatal?: boolean;
}

const A = ['a'];
/** What comes of what a server sends, by the title of the recording; a client of Kitex gets the same but where it says otherwise. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  'normal: header data trailer': { messages: A },
  'no header frame at all: data, trailer': { messages: A },
  'trailer only': {},
  'trailer only, EXCEPTION type 1 (our answer to an unknown method)': {
    error: RemoteError,
    details: { type: 1, message: 'unknown method Nope (service Chat)' },
  },
  'trailer only, EXCEPTION type 20': { error: RemoteError, details: { type: 20 } },
  'header after the first data': { messages: ['a', 'b'] },
  // Kitex closes the connection.
  'header twice': { error: ProtocolError, headers: { k: 'v' } },
  'meta frame first': { messages: A },
  'biz-status and EXCEPTION payload together': {
    error: RemoteError,
    details: { type: 6, message: 'both' },
    trailers: { 'biz-status': '404', 'biz-message': 'm' },
  },
  'biz-status 0': { trailers: { 'biz-status': '0', 'biz-message': 'm' } },
  // Kitex loses the status.
  'biz-extra malformed': { error: BizStatusError, details: { statusCode: 5, message: 'm' } },
  'trailer payload is junk': { error: ProtocolError },
  'trailer payload is a REPLY': { error: ProtocolError },
  'rst with 12009-like code and ttscp': {
    messages: A,
    error: RemoteCancelledError,
    details: { type: 12009, path: ['svc.P', 'svc.Q'], message: 'proxy says stop' },
  },
  'rst without payload': { error: RemoteCancelledError, details: { type: 13, path: [] } },
  'rst, EXCEPTION type 6': { error: RemoteCancelledError, details: { type: 6 } },
  'data after trailer, trailer again': { messages: A },
  'frames of an unknown stream id': { messages: A },
  // Kitex goes on with the next message.
  'undecodable data, then good data': { error: ProtocolError },
  'server mode: empty payload data': { error: ProtocolError },
  'frame type 7': { error: ProtocolError, isFatal: true },
  'ping-pong frame (flags 0) on the streaming connection': { error: ProtocolError, isFatal: true },
  'FIN in mid stream': { messages: A, error: ConnectionLostError, isFatal: true },
  'RST (TCP) in mid stream': { error: ConnectionLostError, isFatal: true },
  'trailer then FIN at once': { messages: A, isFatal: true },
};

const cases = readCases('fake-server-to-kitex-client').map((vector) => ({
  ...vector,
  name: vector.name.replace('server sends: ', ''),
}));

/** Echoes the messages of Talk, and answers Down as the recording does. */
async function serve({ name, events }: Vector): Promise<string> {
  const sent = events.filter(({ from, bytes }) => from === 'server' && bytes.length > 0);
  const recordedId = readFrame(events[0]!.bytes).id;
  return serveRaw((socket) => {
    const answer = ({ id, text, bytes }: TakenFrame): void => {
      const method = bytes.includes('Talk') ? 'Talk' : 'Down';
      if (method === 'Talk' && text.startsWith('DATA')) {
        socket.write(bytes);
      } else if (method === 'Down' && text === 'TRAILER') {
        for (const frame of sent) {
          const copy = Buffer.from(frame.bytes);
          copy.writeInt32BE(id + copy.readInt32BE(8) - recordedId, 8);
          socket.write(copy);
        }
        if (name.includes('FIN')) {
          socket.end();
        } else if (name.startsWith('RST (TCP)')) {
          socket.resetAndDestroy();
        }
      }
    };
    void new FrameCollector(socket, answer);
  });
}

async function open(vector: Vector): Promise<ChatClient> {
  const endpoints = [await serve(vector)];
  const transport = new ClientTransport({ streams: { mode: 'mux' }, connectTimeoutMs: 30_000 });
  cleanUp(() => transport.destroy());
  return createClient(Chat, { transport, endpoints });
}

async function outcomeOf(stream: ReturnType<ChatClient['Down']>): Promise<Outcome> {
  const messages: string[] = [];
  let error: unknown;
  try {
    for await (const { text } of stream) {
      messages.push(text);
    }
  } catch (failure) {
    error = failure;
  }
  const headers = Object.fromEntries(await stream.headers.catch(() => new Map<string, string>()));
  return { messages, error, headers };
}

describe('a client that gets the bytes of a server', () => {
  it('has an expectation of each recorded case', () => {
    expect(cases.map(({ name }) => name)).toEqual(Object.keys(EXPECTED));
  });

  it.each(cases)('ends its stream as the recording, and no other: $name', async (vector) => {
    const expected = EXPECTED[vector.name]!;
    const client = await open(vector);
    const talk = client.Talk();
    const answers = talk[Symbol.asyncIterator]();
    await talk.send({ text: 'before' });
    await expect(answers.next()).resolves.toMatchObject({ value: { text: 'before' } });

    const stream = client.Down({ text: 'q' });
    const { messages, error, headers } = await outcomeOf(stream);

    if (vector.name !== 'RST (TCP) in mid stream') {
      expect(messages).toEqual(expected.messages ?? []);
    }
    if (expected.error === undefined) {
      expect(error).toBeUndefined();
    } else {
      expect(error).toBeInstanceOf(expected.error);
      expect(error).toMatchObject(expected.details ?? {});
    }
    expect(headers).toMatchObject(expected.headers ?? {});
    if (expected.trailers !== undefined) {
      expect(Object.fromEntries(await stream.trailers)).toEqual(expected.trailers);
    }
    if (expected.isFatal) {
      await expect(answers.next()).rejects.toThrow();
    } else {
      await talk.send({ text: 'after' });
      await expect(answers.next()).resolves.toMatchObject({ value: { text: 'after' } });
    }
  });

  it('opens further streams on a new connection after one that was lost', async () => {
    const client = await open(cases.find(({ name }) => name === 'frame type 7')!);
    await expect(outcomeOf(client.Down({ text: 'q' }))).resolves.toMatchObject({
      error: expect.any(ProtocolError) as unknown,
    });
    const talk = client.Talk();
    await talk.send({ text: 'again' });
    await expect(talk[Symbol.asyncIterator]().next()).resolves.toMatchObject({
      value: { text: 'again' },
    });
  });

  it('fails a message above maxFrameBytes and reads the next stream behind it', async () => {
    const payload = chatMessage('x'.repeat(200_000));
    const address = await serveRaw((socket) => {
      void new FrameCollector(socket, ({ id, text: shown }) => {
        if (shown === 'TRAILER') {
          socket.write(streamFrame({ id, type: 3, method: 'Down', payload }));
          socket.write(streamFrame({ id, type: 4, method: 'Down' }));
        }
      });
    });
    const transport = new ClientTransport({ streams: { mode: 'mux' }, maxFrameBytes: 65_536 });
    cleanUp(() => transport.destroy());
    const client = createClient(Chat, { transport, endpoints: [address] });
    for (let stream = 0; stream < 2; stream++) {
      await expect(outcomeOf(client.Down({ text: 'q' }))).resolves.toMatchObject({
        error: { code: 'MESSAGE_TOO_LARGE' },
      });
    }
  });
});
