import { setTimeout as sleep } from 'node:timers/promises';
import { type Attack, hold } from '../arena/attack.js';
import { socketCount } from '../arena/process-state.js';
import { BytePeer } from '../wire/peer.js';
import { readThriftAnswer } from '../wire/thrift-answer.js';
import { binaryMessage, framed, Type, uint32, withHeader } from '../wire/thrift-bytes.js';

const REQUESTS = 256;
const REPLY_BYTES = 4 * 1024 * 1024;
const WAVE = 8;
const WAVE_EVERY_MS = 50;
const OUT_OF_ORDER = 1;
/** Time in which a server has to give a connection up whose peer takes nothing. */
const GIVE_UP_MS = 12_000;
const LOOK_EVERY_MS = 100;

const kind = 'C11';
const limits = { durationMs: 16_000 };
const holds = 'memory grows by no more than 256 MB, and the connection is ended within 12 s';

const request = (id: number): Buffer => {
  const message = binaryMessage({ name: 'fill', sequenceId: id }, Type.I32, uint32(REPLY_BYTES));
  return withHeader(framed(message), { sequenceId: id, flags: OUT_OF_ORDER });
};

/** Peers that ask and do not read. */
export const unreadReplies: readonly Attack[] = [
  {
    name: 'unread-replies',
    kind,
    does: 'asks for 256 replies of 4 MB on one connection, and reads none',
    holds,
    victim: 'server',
    limits,
    comparedWith: ['npm thrift', 'Nest TCP', 'grpc-js'],
    async carryOut({ dialect, victim, peer: open }) {
      const sockets = socketCount(victim.pid);
      const peer = await open();
      peer.stopReading();
      for (let count = 0; count < REQUESTS; count++) {
        peer.send(dialect.fill(REPLY_BYTES));
      }
      return await givenUp(victim.pid, sockets);
    },
  },
  {
    name: 'unread-replies-multiplexed',
    kind,
    does: 'asks for 256 replies of 4 MB on one multiplexed connection, eight every 50 ms, and reads none',
    holds,
    victim: 'server',
    limits,
    async carryOut({ victim, port, defer }) {
      const sockets = socketCount(victim.pid);
      const peer = await BytePeer.open(port, readThriftAnswer);
      defer(() => peer.destroy());
      peer.stopReading();
      for (let count = 0; count < REQUESTS; count++) {
        peer.send({ bytes: request(count + 1) });
        if (count % WAVE === WAVE - 1) {
          await sleep(WAVE_EVERY_MS);
        }
      }
      return await givenUp(victim.pid, sockets);
    },
  },
  {
    name: 'unread-replies-at-once',
    kind,
    does: 'asks for 256 replies of 4 MB on one multiplexed connection at once, and reads none',
    holds: 'what the handlers have made is held no longer than 12 s',
    victim: 'server',
    // All handlers have begun before the first reply is there to wait; what they make together is 1 GB.
    limits: { ...limits, peakMb: 1_200 },
    async carryOut({ victim, port, defer }) {
      const sockets = socketCount(victim.pid);
      const peer = await BytePeer.open(port, readThriftAnswer);
      defer(() => peer.destroy());
      peer.stopReading();
      const requests = Array.from({ length: REQUESTS }, (_, index) => request(index + 1));
      peer.send({ bytes: Buffer.concat(requests) });
      return await givenUp(victim.pid, sockets);
    },
  },
];

/** Waits until the server has no more sockets than before. */
async function givenUp(pid: number, sockets: number): Promise<string> {
  const startedAt = performance.now();
  // The connection has to be there before it can end.
  await sleep(1_000);
  while (socketCount(pid) > sockets) {
    const waited = performance.now() - startedAt;
    hold(waited <= GIVE_UP_MS, `the connection is still open after ${Math.round(waited)} ms`);
    await sleep(LOOK_EVERY_MS);
  }
  return `connection ended after ${Math.round(performance.now() - startedAt)} ms`;
}
