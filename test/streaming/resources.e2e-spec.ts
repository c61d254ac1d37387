import { getEventListeners, once } from 'node:events';
import {
  ClientTransport,
  type ClientTransportOptions,
  createClient,
  RemoteCancelledError,
  type ServerTransport,
} from '@nestjs-thrift/transport';
import { timerWheel } from '@nestjs-thrift/transport/internal';
import { serveChat } from '#test/chat-server.js';
import { Chat, type ChatClient, type ChatHandlers } from '#test/chat-service.js';
import { cleanUp } from '#test/cleanup.js';
import { collectGarbage } from '#test/collect-garbage.js';
import { chatMessage, FrameCollector } from '#test/raw-streams.js';
import { standsStill, until } from '#test/until.js';

const STREAMS = 10_000;
const OPEN_AT_ONCE = 100;
const MIB = 1024 * 1024;

interface Peers {
  readonly server: ServerTransport;
  readonly client: ChatClient;
}

async function peers(
  handlers: Partial<ChatHandlers> = {},
  clientOptions: ClientTransportOptions = {},
): Promise<Peers> {
  const server = await serveChat(handlers);
  const transport = new ClientTransport({ connectTimeoutMs: 30_000, ...clientOptions });
  cleanUp(() => transport.destroy());
  return { server, client: createClient(Chat, { transport, endpoints: [server.address] }) };
}

function heapBytes(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
}

describe.each(['exclusive', 'mux'] as const)(`${STREAMS} streams in mode %s`, (mode) => {
  it('leave no listener, no timer and no memory', async () => {
    const { server, client } = await peers({}, { streams: { mode } });
    const { signal } = new AbortController();
    const warnings: Error[] = [];
    const warned = (warning: Error): void => void warnings.push(warning);
    process.on('warning', warned);
    cleanUp(() => process.off('warning', warned));
    const options = { signal, timeoutMs: 600_000 };

    async function useOne(index: number): Promise<void> {
      if (index % 4 === 0) {
        for await (const _ of client.Down({ text: 'n', count: 3 }, options)) {
          // All of them.
        }
      } else if (index % 4 === 1) {
        for await (const _ of client.Down({ text: 'n', count: 100 }, options)) {
          break;
        }
      } else if (index % 4 === 2) {
        await client.Up([{ text: 'a' }], options);
      } else {
        const talk = client.Talk(options);
        await talk.send({ text: 'a' });
        await talk[Symbol.asyncIterator]().next();
        talk.cancel();
      }
    }

    async function use(count: number): Promise<void> {
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < count) {
          await useOne(next++);
        }
      };
      await Promise.all(Array.from({ length: OPEN_AT_ONCE }, work));
      await until(() => server.inFlightCount === 0);
    }

    await use(STREAMS / 5);
    const heapBefore = heapBytes();
    const armedBefore = timerWheel.armed;
    const timersBefore = activeTimers();
    await use(STREAMS);

    expect(getEventListeners(signal, 'abort')).toEqual([]);
    // Connections have timers: how many are open depends on the machine.
    expect(timerWheel.armed).toBeLessThan(armedBefore + 4 * OPEN_AT_ONCE);
    expect(activeTimers()).toBeLessThanOrEqual(timersBefore);
    expect(heapBytes() - heapBefore).toBeLessThan(2 * MIB);
    expect(warnings).toEqual([]);
  }, 120_000);
});

describe('a consumer that is slow', () => {
  const MESSAGE_BYTES = 64 * 1024;
  /** The whole volume takes long on slow machines; `check:full` asks for it. */
  const TOTAL_BYTES = Number(process.env['STREAM_VOLUME_MIB'] ?? 64) * MIB;
  const MESSAGES = TOTAL_BYTES / MESSAGE_BYTES;
  /** A pause until the other side stands still, each time this many messages have been taken. */
  const PAUSE_EACH = MESSAGES / 4;
  const text = 'x'.repeat(MESSAGE_BYTES - 64);

  it.each(['exclusive', 'mux'] as const)(
    'of a server keeps less than 16 MiB on both sides together, in mode %s',
    async (mode) => {
      let sent = 0;
      const down = async function* (): AsyncGenerator<{ text: string }> {
        for (; sent < MESSAGES; sent++) {
          yield { text };
        }
      };
      const { client } = await peers({ Down: down }, { streams: { mode } });
      let received = 0;
      let mostAhead = 0;
      for await (const message of client.Down({ text: '' })) {
        received += message.text.length === text.length ? 1 : 0;
        if (received % PAUSE_EACH === 1) {
          await standsStill(() => sent);
        }
        mostAhead = Math.max(mostAhead, sent - received);
      }
      expect(received).toBe(MESSAGES);
      // What the kernel holds counts, too.
      expect(mostAhead * MESSAGE_BYTES).toBeLessThan(16 * MIB);
    },
    600_000,
  );

  it('of a client keeps less than 16 MiB on both sides together', async () => {
    let sent = 0;
    let received = 0;
    let mostAhead = 0;
    const { client } = await peers({
      Up: async (requests) => {
        for await (const _ of requests) {
          received++;
          if (received % PAUSE_EACH === 1) {
            await standsStill(() => sent);
          }
          mostAhead = Math.max(mostAhead, sent - received);
        }
        return { text: 'total', n: received };
      },
    });
    const requests = (async function* () {
      for (; sent < MESSAGES; sent++) {
        yield { text };
      }
    })();
    await expect(client.Up(requests)).resolves.toMatchObject({ n: MESSAGES });
    expect(mostAhead * MESSAGE_BYTES).toBeLessThan(16 * MIB);
  }, 600_000);
});

it('a peer that does not read keeps neither a handler that it cancels nor the memory of others', async () => {
  const text = 'x'.repeat(64 * 1024);
  let sent = 0;
  const reasons: unknown[] = [];
  const { server } = await peers({
    Down: async function* (_request, { signal }) {
      signal.addEventListener('abort', () => reasons.push(signal.reason));
      for (; ; sent++) {
        yield { text };
      }
    },
  });
  const peer = await FrameCollector.open(server.address);
  cleanUp(() => peer.socket.destroy());
  peer.socket.pause();
  peer.send(
    { id: 1, type: 2, method: 'Down', strings: { isn: 'Chat' } },
    { id: 1, type: 3, method: 'Down', payload: chatMessage('') },
  );
  await until(() => server.inFlightCount === 1);
  let before = -1;
  await until(() => {
    const stands = sent > 0 && sent === before;
    before = sent;
    return stands;
  });
  expect(sent * text.length).toBeLessThan(16 * MIB);
  peer.send({ id: 1, type: 5, method: 'Down' });
  await until(() => server.inFlightCount === 0);
  expect(reasons).toEqual([expect.any(RemoteCancelledError)]);
  peer.socket.resume();
  await until(() => peer.of(1).at(-1) === 'TRAILER 6: biz error: rst');
  peer.socket.end();
  await once(peer.socket, 'close');
});
