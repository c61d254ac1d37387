import { setTimeout as sleep } from 'node:timers/promises';
import { ClientTransport, createClient } from '@nestjs-thrift/transport';
import { type Attack, hold } from '../arena/attack.js';
import { countsOf, listed, outcomeOf, SUCCEEDED } from '../victims/outcomes.js';
import { block } from '../victims/plain-server.js';
import { Target } from '../victims/target.js';
import { HostileServer } from '../wire/hostile-server.js';
import { Type } from '../wire/thrift-bytes.js';

const ROUNDS = 10;
/** After its reply a connection is reset this much later, while the client is busy. */
const RESET_AFTER_MS = 15;
const BUSY_MS = 120;
const REST_MS = 60;

/** Runs in the client: calls right after the server has reset the connection, before the client has seen that. */
export async function callAfterResets(address: string): Promise<string[]> {
  const outcomes: string[] = [];
  for (const mode of ['long', 'mux'] as const) {
    const transport = new ClientTransport({ connection: { mode } });
    const client = createClient(Target, { transport, endpoints: [address] });
    for (let round = 0; round < ROUNDS; round++) {
      await client.echo('first').catch(() => undefined);
      block(BUSY_MS);
      outcomes.push(await outcomeOf(client.echo('second')));
      await sleep(REST_MS);
    }
    await transport.close();
  }
  return outcomes;
}

/** Resets that have arrived before a call is written. */
export const resetBeforeWrite: Attack = {
  name: 'reset-before-write',
  kind: 'C12',
  does: 'resets idle connections while the client is busy, which then calls before it has read the reset',
  holds: 'the calls succeed on another connection, or fail as never sent',
  victim: 'client',
  module: import.meta.url,
  limits: { durationMs: 15_000 },
  async carryOut({ victim, defer }) {
    const server = await HostileServer.start((connection) =>
      connection.onRequest((request) => {
        connection.reply(request, Type.STRING, request.body.subarray(3, -1));
        setTimeout(() => connection.socket.resetAndDestroy(), RESET_AFTER_MS);
      }),
    );
    defer(() => server.close());
    const outcomes = await victim
      .module<typeof import('./reset-before-write.js')>(import.meta.url)
      .callAfterResets(server.address);
    const text = listed(countsOf(outcomes));
    const bad = outcomes.filter((outcome) => outcome !== SUCCEEDED && outcome !== 'NOT_SENT');
    hold(bad.length === 0, text);
    return text;
  },
};
