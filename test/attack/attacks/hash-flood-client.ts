import { ClientTransport, createClient } from '@nestjs-thrift/transport';
import { type Attack, hold } from '../arena/attack.js';
import { Target } from '../victims/target.js';
import { intMap } from '../wire/collections.js';
import { collidingInts } from '../wire/colliding-keys.js';
import { HostileServer } from '../wire/hostile-server.js';
import { ordinaryInts } from '../wire/ordinary-keys.js';
import { Type } from '../wire/thrift-bytes.js';

const KEYS = 16_384;
const ROUNDS = 3;
const MAX_RATIO = 10;
const FLOOR_MS = 5;

/** Runs in the client: times of calls, of which every second one gets a hostile reply. */
export async function timesOfCalls(address: string): Promise<number[]> {
  const transport = new ClientTransport({ transport: 'Framed' });
  const client = createClient(Target, { transport, endpoints: [address], attemptTimeoutMs: 0 });
  const times: number[] = [];
  for (let call = 0; call < ROUNDS * 2; call++) {
    const startedAt = performance.now();
    // A reply that is rejected is an outcome too.
    await client.intMap(new Map()).catch(() => undefined);
    times.push(performance.now() - startedAt);
  }
  await transport.close();
  return times;
}

/** A server answers with keys that V8 puts into one bucket. */
export const hashFloodClient: Attack = {
  name: 'hash-flood-reply',
  kind: 'A1',
  does: 'replies to a client with a map whose 16,384 integer keys have colliding hashes',
  holds: 'the reply takes at most ten times the time of one with ordinary keys',
  victim: 'client',
  module: import.meta.url,
  async carryOut({ victim, defer }) {
    const replies = [intMap(ordinaryInts(KEYS)), intMap(collidingInts(KEYS))];
    let calls = 0;
    const server = await HostileServer.start((connection) =>
      connection.onRequest((request) =>
        connection.reply(request, Type.MAP, replies[calls++ % replies.length]!),
      ),
    );
    defer(() => server.close());
    const times = await victim
      .module<typeof import('./hash-flood-client.js')>(import.meta.url)
      .timesOfCalls(server.address);
    const ordinaryMs = Math.max(FLOOR_MS, Math.min(...times.filter((_, i) => i % 2 === 0)));
    const chosenMs = Math.min(...times.filter((_, i) => i % 2 === 1));
    const text = `${Math.round(chosenMs)} ms against ${Math.round(ordinaryMs)} ms`;
    hold(chosenMs <= ordinaryMs * MAX_RATIO, text);
    return text;
  },
};
