import { jest } from '@jest/globals';
import {
  ClientTransport,
  type ClientTransportOptions,
  ConnectionLostError,
  createClient,
  LimitExceededError,
} from '@nestjs-thrift/transport';
import { Chat, type ChatClient } from '#test/chat-service.js';
import { cleanUp } from '#test/cleanup.js';
import { chatMessage, FrameCollector, streamFrame, type TakenFrame } from '#test/raw-streams.js';
import { serveRaw } from '#test/raw-server.js';
import { until } from '#test/until.js';

// Sockets go on in real time, while the time limits of the client are passed at once.
beforeAll(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterAll(() => jest.useRealTimers());

/** Connections that a client opens, the oldest first. */
async function serve(answer: (frame: TakenFrame, peer: FrameCollector) => void) {
  const peers: FrameCollector[] = [];
  const address = await serveRaw((socket) => {
    const peer: FrameCollector = new FrameCollector(socket, (frame) => answer(frame, peer));
    peers.push(peer);
  });
  return { peers, address };
}

function clientOf(address: string, options: ClientTransportOptions = {}): ChatClient {
  const transport = new ClientTransport({ serviceName: 'cli.A', ...options });
  cleanUp(() => transport.destroy());
  return createClient(Chat, { transport, endpoints: [address] });
}

describe('a client whose consumer takes no messages', () => {
  it('cancels its stream with type 12011 after 30 seconds, where others share the connection', async () => {
    let paused = 0;
    const payload = chatMessage('x'.repeat(64 * 1024));
    const { peers, address } = await serve(({ id, text }, peer) => {
      if (text === 'TRAILER' && id === 1) {
        // More than the 4 MiB that may wait.
        for (let messages = 0; messages < 80; messages++) {
          peer.send({ id, type: 3, method: 'Down', payload });
        }
      } else if (text.startsWith('DATA "echo')) {
        peer.send({ id, type: 3, payload: chatMessage('echoed') });
      }
    });
    const client = clientOf(address, {
      streams: { mode: 'mux', recvTimeoutMs: 0 },
      observers: [{ streamReadsPaused: () => void (paused += 1) }],
    });
    const slow = client.Down({ text: 'q' })[Symbol.asyncIterator]();
    const talk = client.Talk();
    const answers = talk[Symbol.asyncIterator]();
    await slow.next();
    await until(() => paused === 1);

    jest.advanceTimersByTime(29_000);
    await talk.send({ text: 'echo' });
    await until(() => peers[0]!.of(2).length === 2);
    expect(peers[0]!.of(1)).toHaveLength(3);

    jest.advanceTimersByTime(1_100);
    await until(() => peers[0]!.of(1).length === 4);
    expect(peers[0]!.of(1)[3]).toBe('RST ttscp=cli.A 12011: the caller does not take its messages');
    await expect(slow.next()).rejects.toThrow(LimitExceededError);
    await expect(answers.next()).resolves.toMatchObject({ value: { text: 'echoed' } });
  });
});

describe('a server that does not end a cancelled stream', () => {
  it('loses the separate connection of the stream after 5 seconds, and no other', async () => {
    const { peers, address } = await serve(() => undefined);
    const client = clientOf(address);
    const first = client.Down({ text: 'q' });
    await until(() => peers[0]?.of(1).length === 3);
    first.cancel();
    await until(() => peers[0]!.of(1).length === 4);
    expect(peers[0]!.of(1)[3]).toBe('RST ttscp=cli.A 12007: cancelled by the caller');

    jest.advanceTimersByTime(4_900);
    const second = client.Down({ text: 'q' });
    await until(() => peers[1]?.of(1).length === 3);
    expect(peers[0]!.ended).toBe(false);

    jest.advanceTimersByTime(200);
    await until(() => peers[0]!.ended);
    expect(peers).toHaveLength(2);
    expect(peers[1]!.ended).toBe(false);
    second.cancel();
  });

  it('keeps a connection that other streams share', async () => {
    const { peers, address } = await serve(({ id, text }, peer) => {
      if (text.startsWith('DATA "echo')) {
        peer.send({ id, type: 3, payload: chatMessage('echoed') });
      }
    });
    const client = clientOf(address, { streams: { mode: 'mux' } });
    const talk = client.Talk();
    client.Down({ text: 'q' }).cancel();
    await until(() => peers[0]?.of(1).length === 1);

    jest.advanceTimersByTime(10_000);
    await talk.send({ text: 'echo' });
    await expect(talk[Symbol.asyncIterator]().next()).resolves.toMatchObject({
      value: { text: 'echoed' },
    });
    expect(peers).toHaveLength(1);
  });
});

describe('a server that stops in the middle of a frame', () => {
  const half = (id: number) =>
    streamFrame({ id, type: 3, payload: chatMessage('x'.repeat(100)) }).subarray(0, 90);

  it.each([
    [5_000, undefined],
    [700, 700],
  ])('loses the connection after %i ms, with all its streams', async (limitMs, readTimeoutMs) => {
    const { peers, address } = await serve(({ id, text }, peer) => {
      if (text === 'DATA "half"') {
        peer.send(streamFrame({ id, type: 3, payload: chatMessage('whole') }), half(id));
      }
    });
    const client = clientOf(address, {
      streams: { mode: 'mux', recvTimeoutMs: 0 },
      ...(readTimeoutMs !== undefined && { readTimeoutMs }),
    });
    const [talk, other] = [client.Talk(), client.Talk()];
    const answers = talk[Symbol.asyncIterator]();
    await talk.send({ text: 'half' });
    await answers.next();
    const ends = [answers.next(), other[Symbol.asyncIterator]().next()].map((step) =>
      step.catch((error: unknown) => error),
    );
    // The rest of the chunk may come with another one.
    await until(() => {
      jest.advanceTimersByTime(limitMs / 2);
      return peers[0]!.ended;
    });
    for (const error of await Promise.all(ends)) {
      expect(error).toBeInstanceOf(ConnectionLostError);
      expect(String(error)).toContain(`nothing for ${limitMs} ms in the middle of a frame`);
    }
  });
});
