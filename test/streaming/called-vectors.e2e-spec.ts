import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { cleanUp } from '#test/cleanup.js';
import { FrameCollector, readFrame } from '#test/raw-streams.js';
import { serveRaw } from '#test/raw-server.js';
import { until } from '#test/until.js';
import { clientLines } from '../interop/features/stream-transcripts.js';
import { CALLED_SCENARIOS, playScenario } from '../interop/ours/chat-scenarios.js';
import { readVector, type RecordedEvent, SERVED_VECTORS } from './support/vectors.js';

/** Not those with connections that another client opens or a proxy cuts, nor one whose server is slow. */
const LEFT_OUT = ['cut', 'default-pool-connections', 'recv-timeout-disable-cancel-remote'];
const NAMES = CALLED_SCENARIOS.filter((name) => {
  return SERVED_VECTORS.includes(name) && !LEFT_OUT.includes(name);
});

/** Plays the server of one recorded connection; what the client sends comes in the order of the recording before it goes on. */
async function play(events: readonly RecordedEvent[], socket: Socket): Promise<void> {
  const collector = new FrameCollector(socket);
  const due = new Map<number, number>();
  /** Streams of the recording, in the order of their opening. */
  const ids = [...new Set(events.map(({ bytes }) => readFrame(bytes).id))];
  const opened = (): number[] => [...new Set(collector.frames.map(({ id }) => id))];
  for (const { from, bytes } of events) {
    const recorded = readFrame(bytes);
    const place = ids.indexOf(recorded.id);
    if (from === 'client') {
      const count = (due.get(recorded.id) ?? 0) + 1;
      due.set(recorded.id, count);
      await until(() => {
        const id = opened()[place];
        return collector.ended || (id !== undefined && collector.of(id).length >= count);
      });
    } else {
      const copy = Buffer.from(bytes);
      if (recorded.id === -1) {
        // A reply: its sequence id is that of the last call.
        copy.writeInt32BE(sequenceId(collector.frames.at(-1)!.bytes), sequenceIdAt(copy));
      } else {
        copy.writeInt32BE(opened()[place]!, 8);
      }
      socket.write(copy);
    }
  }
}

function sequenceIdAt(message: Buffer): number {
  return 12 + message.readUInt32BE(8);
}

function sequenceId(message: Buffer): number {
  return message.readInt32BE(sequenceIdAt(message));
}

describe('a client that gets the bytes of a Kitex server', () => {
  it.each(NAMES)('sees and sends what a Kitex client does: %s', async (name) => {
    const { events } = readVector(name);
    const connections = [...new Set(events.map(({ connection }) => connection))];
    const failures: unknown[] = [];
    const address = await serveRaw((socket) => {
      const connection = connections.shift();
      const own = events.filter(
        (event) => event.connection === connection && event.bytes.length > 0,
      );
      play(own, socket).catch((error: unknown) => failures.push(error));
    });

    const played = await playScenario(name, address, { streams: { mode: 'mux' } });
    cleanUp(() => played.close());

    const file = join(import.meta.dirname, 'vectors', `${name}.txt`);
    const seen = clientLines(played.lines.map((line) => `C ${line}`).join('\n'));
    expect(seen).toEqual(clientLines(readFileSync(file, 'utf8')));
    expect(failures).toEqual([]);
  });
});
