import { ServerTransport } from '@nestjs-thrift/transport';
import { FrameType } from '@nestjs-thrift/transport/wire';
import { Chat } from '#test/chat-service.js';
import { commandHandlers } from '#test/chat-commands.js';
import { cleanUp } from '#test/cleanup.js';
import { chatMessage, FrameCollector, readFrame } from '#test/raw-streams.js';
import { until } from '#test/until.js';
import { SERVED_DIFFERENCES } from './support/served-differences.js';
import { readVector, SERVED_VECTORS, type Vector } from './support/vectors.js';

const CLOSED = 'CLOSED';

/** What a server sends, by connection and stream, and whether it closes a connection. */
type Sent = Record<string, unknown[]>;

async function serve(): Promise<string> {
  const services = [{ definition: Chat, handlers: commandHandlers() }];
  const server = new ServerTransport(services, { port: 0, host: '127.0.0.1' });
  await server.listen();
  cleanUp(() => server.close({ drainTimeoutMs: 0 }));
  return server.address;
}

/** Frames that a server of Kitex sent, with what this server sends instead. */
function expectedOf({ name, events }: Vector): Sent {
  const sent: Sent = {};
  const cut = new Set<string>();
  for (const { connection, from, bytes } of events) {
    if (bytes.length === 0) {
      if (from === 'server' && !cut.has(connection)) {
        (sent[connection] ??= []).push(CLOSED);
      }
      cut.add(connection);
    } else if (from === 'server') {
      const { id, text } = readFrame(bytes);
      (sent[`${connection} ${id}`] ??= []).push(text);
    }
  }
  return { ...sent, ...SERVED_DIFFERENCES[name]?.sent };
}

/** Plays the client of a recording; what the server sends comes in the order of the recording before it goes on. */
async function replay(vector: Vector, expected: Sent): Promise<Sent> {
  const address = await serve();
  const connections = new Map<string, FrameCollector>();
  const recorded: Record<string, number> = {};
  for (const { connection, from, bytes } of vector.events) {
    let collector = connections.get(connection);
    if (collector === undefined) {
      collector = await FrameCollector.open(address);
      connections.set(connection, collector);
      cleanUp(() => collector!.socket.destroy());
    }
    if (from === 'client') {
      if (bytes.length === 0) {
        collector.socket.resetAndDestroy();
      } else {
        collector.socket.write(bytes);
      }
    } else if (bytes.length > 0) {
      const { id } = readFrame(bytes);
      const key = `${connection} ${id}`;
      recorded[key] = (recorded[key] ?? 0) + 1;
      const due = Math.min(recorded[key], expected[key]?.length ?? 0);
      await until(() => collector!.of(id).length >= due || collector!.ended);
    }
  }
  const sent: Sent = {};
  for (const [connection, collector] of connections) {
    await settle(connection, collector, expected);
    for (const { id } of collector.frames) {
      sent[`${connection} ${id}`] = collector.of(id);
    }
    if (expected[connection]?.includes(CLOSED)) {
      sent[connection] = collector.ended ? [CLOSED] : [];
    }
  }
  return sent;
}

/** Waits until everything has come, and what should not come would have. */
async function settle(
  connection: string,
  collector: FrameCollector,
  expected: Sent,
): Promise<void> {
  if (expected[connection]?.includes(CLOSED)) {
    await until(() => collector.ended);
    return;
  }
  const isComplete = (key: string): boolean => {
    const id = Number(key.slice(connection.length + 1));
    return collector.of(id).length >= expected[key]!.length;
  };
  const keys = Object.keys(expected).filter((key) => key.startsWith(`${connection} `));
  await until(() => collector.ended || keys.every(isComplete));
  const PROBE = 0x7000;
  if (!collector.ended && collector.frames.some(({ id }) => id !== -1)) {
    const probe = { id: PROBE, method: 'Down' };
    collector.send(
      { ...probe, type: 2, strings: { isn: 'Chat' } },
      { ...probe, type: 3, payload: chatMessage('n', 0) },
    );
    await until(() => collector.of(PROBE).length === 2);
    collector.frames.splice(0, Infinity, ...collector.frames.filter(({ id }) => id !== PROBE));
  }
}

/** Whether bytes of a client cancel a stream; some are not frames. */
function isReset(bytes: Buffer): boolean {
  try {
    return readFrame(bytes).type === FrameType.RST;
  } catch {
    return false;
  }
}

/**
 * How many messages an endless stream or one that is cancelled gets to send depends on time, and the text that ends the latter is free.
 */
function comparable({ events }: Vector, sent: Sent): Sent {
  const cancelled = events
    .filter(({ from, bytes }) => from === 'client' && isReset(bytes))
    .map(({ connection, bytes }) => `${connection} ${readFrame(bytes).id}`);
  return Object.fromEntries(
    Object.entries(sent).flatMap(([key, texts]) => {
      if (texts.length === 0) {
        return [];
      }
      const isCancelled = cancelled.includes(key);
      const kept = texts.filter((text) => {
        return !String(text).startsWith(isCancelled ? 'DATA' : 'DATA "tick"');
      });
      return [[key, isCancelled ? kept.map(withoutText) : kept]];
    }),
  );
}

function withoutText(text: unknown): unknown {
  return typeof text === 'string' ? text.replace(/^(TRAILER \d+): .*$/, '$1: cancelled') : text;
}

describe('a server that gets the bytes of a Kitex client', () => {
  it.each(SERVED_VECTORS)('sends what a Kitex server sends: %s', async (name) => {
    const vector = readVector(name);
    const expected = expectedOf(vector);

    const sent = await replay(vector, expected);

    expect(comparable(vector, sent)).toEqual(comparable(vector, expected));
  });
});
