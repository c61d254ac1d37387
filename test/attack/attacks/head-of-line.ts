import { ClientTransport, createClient } from '@nestjs-thrift/transport';
import { type Attack, hold } from '../arena/attack.js';
import { outcomeOf } from '../victims/outcomes.js';
import { Target } from '../victims/target.js';
import { BytePeer } from '../wire/peer.js';
import { readThriftAnswer } from '../wire/thrift-answer.js';
import {
  binaryMessage,
  framed,
  MessageType,
  Type,
  uint32,
  withHeader,
} from '../wire/thrift-bytes.js';

const SLOW_CALLS = 300;
const SLOW_MS = 2_000;
const FAST_ID = 1_000;
const MAX_WAIT_MS = 1_000;
const SLOW_ONEWAY_MS = 2_000;
const OUT_OF_ORDER = 1;
const EMPTY_TEXT = uint32(0);

/** Runs in the client: what a fast call behind slow ones took, and what came of it. */
export async function fastCallBehindSlowOnes(address: string): Promise<[number, string]> {
  const transport = new ClientTransport({ connection: { mode: 'mux' } });
  const client = createClient(Target, { transport, endpoints: [address] });
  await client.echo('hello');
  // What becomes of them does not matter: some may be rejected.
  const slow = Array.from({ length: SLOW_CALLS }, () =>
    client.wait(SLOW_MS).catch(() => undefined),
  );
  const startedAt = performance.now();
  const outcome = await outcomeOf(client.echo('fast'));
  const took = performance.now() - startedAt;
  await Promise.all(slow);
  await transport.close();
  return [took, outcome];
}

/** Calls that wait for others with which they have nothing to do. */
export const headOfLine: readonly Attack[] = [
  {
    name: 'slow-calls-before-fast-one',
    kind: 'B7',
    does: 'makes 300 calls of 2 s and then a fast one on one multiplexed connection',
    holds: 'the fast call ends within 1 s, with a result or with an error that is not a timeout',
    victim: 'client',
    module: import.meta.url,
    async carryOut({ victim, port }) {
      const [took, outcome] = await victim
        .module<typeof import('./head-of-line.js')>(import.meta.url)
        .fastCallBehindSlowOnes(`127.0.0.1:${port}`);
      const text = `${outcome} after ${Math.round(took)} ms`;
      hold(took <= MAX_WAIT_MS && outcome !== 'RPC_TIMEOUT', text);
      return text;
    },
  },
  {
    name: 'slow-requests-before-fast-one',
    kind: 'B7',
    does: 'sends 300 requests of 2 s and then a fast one on one multiplexed connection',
    holds: 'the fast request has its reply or an exception within 1 s',
    victim: 'server',
    module: import.meta.url,
    async carryOut({ port, defer }) {
      const peer = await BytePeer.open(port, readThriftAnswer);
      defer(() => peer.destroy());
      const send = (name: string, type: number, content: Buffer, sequenceId: number): void => {
        const message = framed(binaryMessage({ name, sequenceId }, type, content));
        peer.send({ bytes: withHeader(message, { sequenceId, flags: OUT_OF_ORDER }) });
      };
      for (let id = 1; id <= SLOW_CALLS; id++) {
        send('wait', Type.I32, uint32(SLOW_MS), id);
      }
      send('echo', Type.STRING, EMPTY_TEXT, FAST_ID);
      const startedAt = performance.now();
      let answer = await peer.answer();
      while (answer.id !== FAST_ID && answer.kind !== 'closed') {
        answer = await peer.answer();
      }
      const took = performance.now() - startedAt;
      const text = `${answer.kind} after ${Math.round(took)} ms`;
      hold(took <= MAX_WAIT_MS && answer.kind !== 'closed', text);
      return text;
    },
  },
  {
    name: 'slow-oneway-before-call',
    kind: 'B7',
    does: 'sends a oneway request of 2 s and then a call on one connection',
    holds: 'the call has its reply within 1 s',
    victim: 'server',
    module: import.meta.url,
    async carryOut({ port, defer }) {
      const peer = await BytePeer.open(port, readThriftAnswer);
      defer(() => peer.destroy());
      const oneway = { name: 'slowNote', type: MessageType.ONEWAY };
      peer.send({ bytes: framed(binaryMessage(oneway, Type.I32, uint32(SLOW_ONEWAY_MS))) });
      const startedAt = performance.now();
      peer.send({ bytes: framed(binaryMessage({ name: 'echo' }, Type.STRING, EMPTY_TEXT)) });
      const { kind } = await peer.answer();
      const took = performance.now() - startedAt;
      const text = `${kind} after ${Math.round(took)} ms`;
      hold(took <= MAX_WAIT_MS && kind === 'result', text);
      return text;
    },
  },
];
