import { setTimeout as sleep } from 'node:timers/promises';
import { type Attack, hold } from '../arena/attack.js';
import { socketCount } from '../arena/process-state.js';
import { nestServerOf } from '../arena/stage.js';
import { BytePeer } from '../wire/peer.js';
import { readThriftAnswer } from '../wire/thrift-answer.js';
import { binaryMessage, framed, Type, uint32, withHeader } from '../wire/thrift-bytes.js';

const HANGING = 100;
const SUBSCRIBED = 30;
const BEGIN_MS = 500;
const GONE_MS = 5_000;
const LOOK_EVERY_MS = 100;
const RPC_TIMEOUT_KEY = 12;
const DEADLINE_MS = 300;

/** Handlers whose callers are gone. */
export const callersGone: readonly Attack[] = [
  {
    name: 'hanging-handlers',
    kind: 'D17',
    does: 'makes 100 calls whose handlers never end, over a connection each, and closes them',
    holds: 'the server closes its side within 5 s',
    victim: 'server',
    comparedWith: ['npm thrift', 'Nest TCP', 'grpc-js'],
    async carryOut({ dialect, victim, peer: open }) {
      const before = socketCount(victim.pid);
      const peers = await Promise.all(Array.from({ length: HANGING }, () => open()));
      for (const peer of peers) {
        peer.send(dialect.hang());
      }
      await sleep(BEGIN_MS);
      for (const peer of peers) {
        peer.destroy();
      }
      const left = await falls(async () => socketCount(victim.pid) - before);
      hold(left <= 0, `${left} sockets are still open`);
      return 'all sockets closed';
    },
  },
  {
    name: 'observables-of-callers-gone',
    kind: 'D17',
    does: 'makes calls whose results are Observables without an end: 30 callers leave, 30 reset, 30 have a deadline',
    holds: 'all are unsubscribed within 5 s',
    victim: 'nest',
    async carryOut({ victim, port, defer }) {
      const server = nestServerOf(victim);
      const open = async (bytes: Buffer): Promise<BytePeer> => {
        const peer = await BytePeer.open(port, readThriftAnswer);
        defer(() => peer.destroy());
        peer.send({ bytes });
        return peer;
      };
      const openAll = (bytes: Buffer): Promise<BytePeer[]> =>
        Promise.all(Array.from({ length: SUBSCRIBED }, () => open(bytes)));
      const leaving = await openAll(ticks());
      const resetting = await openAll(ticks());
      const ints = new Map([[RPC_TIMEOUT_KEY, String(DEADLINE_MS)]]);
      await openAll(withHeader(ticks(), { ints }));
      await sleep(BEGIN_MS);
      for (const peer of leaving) {
        peer.destroy();
      }
      for (const peer of resetting) {
        peer.reset();
      }
      const left = await falls(async () => (await server.nestState()).subscribed);
      hold(left === 0, `${left} of ${SUBSCRIBED * 3} are still subscribed`);
      return 'all unsubscribed';
    },
  },
  {
    name: 'observables-at-close',
    kind: 'D17',
    does: 'closes a Nest application in the middle of 30 calls whose results are Observables without an end',
    holds: 'all are unsubscribed when it is closed, or within 5 s',
    victim: 'nest',
    async carryOut({ victim, defer }) {
      const server = nestServerOf(victim);
      const port = await server.serve();
      for (let count = 0; count < SUBSCRIBED; count++) {
        const peer = await BytePeer.open(port, readThriftAnswer);
        defer(() => peer.destroy());
        peer.send({ bytes: ticks() });
      }
      await sleep(BEGIN_MS);
      await server.closeLast();
      const left = await falls(async () => (await server.nestState()).subscribed);
      hold(left === 0, `${left} of ${SUBSCRIBED} are still subscribed`);
      return 'all unsubscribed';
    },
  },
];

const ticks = (): Buffer => framed(binaryMessage({ name: 'ticks' }, Type.I32, uint32(0)));

/** Waits until a count is 0 or the time is over; returns it. */
async function falls(count: () => Promise<number>): Promise<number> {
  const until = performance.now() + GONE_MS;
  for (;;) {
    const left = await count();
    if (left <= 0 || performance.now() > until) {
      return left;
    }
    await sleep(LOOK_EVERY_MS);
  }
}
