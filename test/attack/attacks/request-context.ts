import { setTimeout as sleep } from 'node:timers/promises';
import { ClientTransport, createClient, ServerTransport } from '@nestjs-thrift/transport';
import { type Attack, hold } from '../arena/attack.js';
import { heldMegabytes } from '../arena/vitals-of.js';
import { Target, type TargetClient } from '../victims/target.js';
import { targetHandlers } from '../victims/target-handlers.js';
import { BytePeer } from '../wire/peer.js';
import { sendAll } from '../wire/send-all.js';
import { readThriftAnswer } from '../wire/thrift-answer.js';
import { binaryMessage, framed, Type, uint32, withHeader } from '../wire/thrift-bytes.js';

const RPC_TIMEOUT_KEY = 12;
const DEADLINE_MS = 300;
const CONSUME_EVERY_MS = 100;
const CONSUME_MS = 1_500;
const REQUESTS = 5_000;
const REQUEST_BYTES = 20 * 1024;
/** A twentieth of what the requests have. */
const MAX_HELD_MB = 16;

let server: ServerTransport;
let transport: ClientTransport;
let downstream: TargetClient;
let consumed: string[] = [];
const timers = new Set<NodeJS.Timeout>();

/** Runs in the process in the middle: serves Target and calls on. Returns the port. */
export async function serveMiddle(port: number): Promise<number> {
  consumed = [];
  transport = new ClientTransport();
  downstream = createClient(Target, { transport, endpoints: [`127.0.0.1:${port}`] });
  const handlers = {
    ...targetHandlers,
    // A consumer that is opened with the first request, and a timer that outlives its request.
    echo: () => {
      timers.add(setInterval(() => void consume(), CONSUME_EVERY_MS));
      return '';
    },
    take: () => {
      timers.add(setTimeout(() => undefined, 60_000));
      return 0;
    },
  };
  server = new ServerTransport([{ definition: Target, handlers }], { host: '127.0.0.1', port: 0 });
  await server.listen();
  return Number(server.address.split(':')[1]);
}

async function consume(): Promise<void> {
  const outcome = await downstream.metadata().catch((error: Error) => error.message);
  consumed.push(outcome);
}

/** Runs in the process in the middle: what the consumer has got. */
export function results(): string[] {
  return consumed;
}

/** Runs in the process in the middle. */
export async function closeMiddle(): Promise<void> {
  for (const timer of timers) {
    clearTimeout(timer);
  }
  timers.clear();
  await Promise.all([server.close(), transport.close()]);
}

/** What a handler begins and what goes on when its request is long answered. */
export const requestContext: readonly Attack[] = [
  {
    name: 'consumer-begun-in-handler',
    kind: 'D15',
    does: 'calls a handler that starts a consumer, with a deadline of 300 ms and persistent metadata',
    holds:
      'calls of the consumer succeed after the deadline, and carry no metadata of that request',
    victim: 'client',
    module: import.meta.url,
    async carryOut({ victim, port, defer }) {
      const middle = victim.module<typeof import('./request-context.js')>(import.meta.url);
      const peer = await BytePeer.open(await middle.serveMiddle(port), readThriftAnswer);
      defer(() => middle.closeMiddle());
      defer(() => peer.destroy());
      const message = framed(binaryMessage({ name: 'echo' }, Type.STRING, uint32(0)));
      peer.send({
        bytes: withHeader(message, {
          ints: new Map([[RPC_TIMEOUT_KEY, String(DEADLINE_MS)]]),
          strings: new Map([['RPC_PERSIST_USER', 'mallory']]),
        }),
      });
      hold((await peer.answer()).kind === 'result', 'the first request failed');
      await sleep(CONSUME_MS);
      const outcomes = await middle.results();
      const strange = outcomes.filter((outcome) => outcome !== '{}');
      hold(
        strange.length === 0 && outcomes.length > 0,
        `${strange.length} of ${outcomes.length} calls: ${[...new Set(strange)].join('; ')}`,
      );
      return `${outcomes.length} calls succeeded`;
    },
  },
  {
    name: 'timers-begun-in-handlers',
    kind: 'D15',
    does: 'sends 5,000 requests of 20 KB to a handler that starts a timer with each',
    holds: 'the timers keep no more than 16 MB in memory',
    victim: 'client',
    module: import.meta.url,
    async carryOut({ victim, port, defer }) {
      const middle = victim.module<typeof import('./request-context.js')>(import.meta.url);
      const peer = await BytePeer.open(await middle.serveMiddle(port), readThriftAnswer);
      defer(() => middle.closeMiddle());
      defer(() => peer.destroy());
      const beforeMb = await heldMegabytes(victim);
      const content = Buffer.concat([uint32(REQUEST_BYTES), Buffer.alloc(REQUEST_BYTES)]);
      const request = {
        bytes: withHeader(framed(binaryMessage({ name: 'take' }, Type.STRING, content))),
      };
      await sendAll(peer, request, REQUESTS);
      const heldMb = (await heldMegabytes(victim)) - beforeMb;
      const text = `${Math.round(heldMb)} MB are held by ${REQUESTS} timers`;
      hold(heldMb <= MAX_HELD_MB, text);
      return text;
    },
  },
];
