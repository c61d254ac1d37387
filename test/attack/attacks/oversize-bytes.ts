import { setTimeout as sleep } from 'node:timers/promises';
import { ClientTransport, createClient } from '@nestjs-thrift/transport';
import { type Attack, hold } from '../arena/attack.js';
import { messageOf } from '../victims/outcomes.js';
import { Target } from '../victims/target.js';
import { HostileServer } from '../wire/hostile-server.js';
import { type Answer, BytePeer } from '../wire/peer.js';
import { readThriftAnswer } from '../wire/thrift-answer.js';
import { binaryMessage, framed, Type, uint32, withHeader } from '../wire/thrift-bytes.js';

const INNOCENT_CALLS = 20;
const INNOCENT_MS = 300;
const BYTES = 17_000_000;
const OFFENDER = 99;
const OUT_OF_ORDER = 1;

const holds = 'that call fails alone; its bytes are skipped and the connection goes on';
const content = (): Buffer => Buffer.concat([uint32(BYTES), Buffer.alloc(BYTES)]);

function request(name: string, type: number, bytes: Buffer, sequenceId: number): Buffer {
  const message = framed(binaryMessage({ name, sequenceId }, type, bytes));
  return withHeader(message, { sequenceId, flags: OUT_OF_ORDER });
}

/** Runs in the client: one call whose reply is too large among others on one multiplexed connection. */
export async function callHostileServer(address: string): Promise<[string, string[]]> {
  const transport = new ClientTransport({ connection: { mode: 'mux' } });
  const client = createClient(Target, { transport, endpoints: [address] });
  await client.echo('hello');
  const failures: string[] = [];
  const innocent = Array.from({ length: INNOCENT_CALLS }, () =>
    client.echo('innocent').catch((error: Error) => failures.push(error.message)),
  );
  const offender = await messageOf(client.fill(BYTES));
  await Promise.all(innocent);
  await transport.close();
  return [offender, failures];
}

/** A message beyond the limit of 16 MiB, from peers that send it nevertheless. */
export const oversizeBytes: readonly Attack[] = [
  {
    name: 'oversize-raw-request',
    kind: 'B6',
    does: 'sends a request of 17 MB among 20 others on one multiplexed connection',
    holds,
    victim: 'server',
    module: import.meta.url,
    async carryOut({ port, defer }) {
      const peer = await BytePeer.open(port, readThriftAnswer);
      defer(() => peer.destroy());
      for (let id = 1; id <= INNOCENT_CALLS; id++) {
        peer.send({ bytes: request('wait', Type.I32, uint32(INNOCENT_MS), id) });
      }
      peer.send({ bytes: request('take', Type.STRING, content(), OFFENDER) });
      const answers: Answer[] = [];
      for (let count = 0; count <= INNOCENT_CALLS; count++) {
        const answer = await peer.answer();
        hold(answer.kind !== 'closed', `connection closed after ${answers.length} replies`);
        answers.push(answer);
      }
      const offender = answers.find(({ id }) => id === OFFENDER);
      hold(offender?.kind === 'error', 'the request that is too large has no exception');
      const failed = answers.filter(({ kind, id }) => kind === 'error' && id !== OFFENDER);
      hold(failed.length === 0, `${failed.length} of 20 others failed: ${failed[0]?.text}`);
      return offender!.text;
    },
  },
  {
    name: 'oversize-raw-reply',
    kind: 'B6',
    does: 'replies with 17 MB to one of 21 calls on one multiplexed connection',
    holds,
    victim: 'client',
    module: import.meta.url,
    async carryOut({ victim, defer }) {
      const server = await HostileServer.start((connection) =>
        connection.onRequest((received) => {
          if (received.name === 'fill') {
            connection.reply(received, Type.STRING, content());
          } else {
            void sleep(INNOCENT_MS).then(() =>
              connection.reply(received, Type.STRING, received.body.subarray(3, -1)),
            );
          }
        }),
      );
      defer(() => server.close());
      const [offender, failures] = await victim
        .module<typeof import('./oversize-bytes.js')>(import.meta.url)
        .callHostileServer(server.address);
      hold(failures.length === 0, `${failures.length} of 20 others failed: ${failures[0]}`);
      hold(offender.startsWith('MESSAGE_TOO_LARGE'), `the call ended with ${offender}`);
      return offender;
    },
  },
];
