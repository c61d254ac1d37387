import { setTimeout as sleep } from 'node:timers/promises';
import { ClientTransport, createClient } from '@nestjs-thrift/transport';
import { type Attack, hold } from '../arena/attack.js';
import { outcomeOf } from '../victims/outcomes.js';
import { Target } from '../victims/target.js';
import { HostileServer, resultOf } from '../wire/hostile-server.js';
import { Type, uint32 } from '../wire/thrift-bytes.js';

const CALLS = 60;
const REPLY_BYTES = 16 * 1024 * 1024 - 64 * 1024;
const MISSING_BYTES = 1024;
const TIMEOUT_MS = 4_000;
const INNOCENT_CALLS = 20;

/** Runs in the client: what came of calls to a hostile server, and of others meanwhile over the same transport. */
export async function callBoth(hostile: string, good: string): Promise<[string[], number]> {
  const transport = new ClientTransport({ transport: 'Framed' });
  const target = createClient(Target, { transport, endpoints: [hostile] });
  const neighbour = createClient(Target, { transport, endpoints: [good] });
  const calls = Array.from({ length: CALLS }, () =>
    outcomeOf(target.fill(REPLY_BYTES, { attemptTimeoutMs: TIMEOUT_MS })),
  );
  let innocentFailures = 0;
  for (let call = 0; call < INNOCENT_CALLS; call++) {
    await neighbour.echo('hello').catch(() => innocentFailures++);
    await sleep((TIMEOUT_MS - 1_000) / INNOCENT_CALLS);
  }
  const outcomes = await Promise.all(calls);
  await transport.close();
  return [[...new Set(outcomes)], innocentFailures];
}

/** Large replies that never end. */
export const unfinishedReplies: Attack = {
  name: 'unfinished-replies',
  kind: 'A3',
  does: 'replies to 60 calls of one client with 16 MB each, without the last kilobyte',
  holds:
    'memory grows by no more than 400 MB, and calls of the same client to another server succeed',
  victim: 'client',
  module: import.meta.url,
  // A budget of 256 MB, and what connections that were closed leave behind, until it is collected.
  limits: { peakMb: 400, durationMs: 12_000 },
  async carryOut({ victim, port, defer }) {
    const content = Buffer.concat([uint32(REPLY_BYTES), Buffer.alloc(REPLY_BYTES)]);
    let reply: Buffer | undefined;
    const server = await HostileServer.start((connection) =>
      connection.onRequest((request) => {
        reply ??= resultOf(request, Type.STRING, content).subarray(0, -MISSING_BYTES);
        connection.socket.write(reply);
      }),
    );
    defer(() => server.close());
    const [outcomes, innocentFailures] = await victim
      .module<typeof import('./unfinished-replies.js')>(import.meta.url)
      .callBoth(server.address, `127.0.0.1:${port}`);
    hold(innocentFailures === 0, `${innocentFailures} calls to the other server failed`);
    return `calls ended with ${outcomes.join(', ')}`;
  },
};
