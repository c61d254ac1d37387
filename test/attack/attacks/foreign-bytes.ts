import { setTimeout as sleep } from 'node:timers/promises';
import { type Attack, hold } from '../arena/attack.js';
import { BytePeer } from '../wire/peer.js';
import { FOREIGN, randomBytes } from '../wire/foreign-bytes.js';
import { readThriftAnswer } from '../wire/thrift-answer.js';
import { binaryMessage, framed, Type, uint32 } from '../wire/thrift-bytes.js';

const CONNECTIONS_OF_A_KIND = 50;
/** Time for a log line that sums others up. */
const LOG_MS = 1_500;
const MAX_LINES_OF_A_KIND = 10;
const END_MS = 8_000;

/** Sends on a connection of its own. */
async function send(port: number, bytes: Buffer): Promise<BytePeer> {
  const peer = await BytePeer.open(port, readThriftAnswer);
  peer.send({ bytes });
  return peer;
}

/** Bytes of other protocols, and misuse of this one. */
export const foreignBytes: readonly Attack[] = [
  {
    name: 'foreign-bytes',
    kind: 'F20',
    does: 'sends HTTP, HTTP/2, TLS, TJSON, THeader, zlib and random bytes over 350 connections',
    holds: 'all connections are ended within 8 s',
    victim: 'server',
    comparedWith: ['npm thrift', 'Nest TCP', 'grpc-js'],
    async carryOut({ port, defer }) {
      const peers: BytePeer[] = [];
      for (let round = 0; round < CONNECTIONS_OF_A_KIND; round++) {
        for (const bytes of [...Object.values(FOREIGN), randomBytes(round)]) {
          peers.push(await send(port, bytes));
        }
      }
      defer(() => peers.forEach((peer) => peer.destroy()));
      const ended = Promise.all(peers.map((peer) => peer.ended()));
      await Promise.race([ended, sleep(END_MS)]);
      const open = peers.filter(({ hasEnded }) => !hasEnded).length;
      hold(open === 0, `${open} of ${peers.length} connections are still open after 8 s`);
      return 'all connections ended';
    },
  },
  {
    name: 'foreign-bytes-in-log',
    kind: 'F20',
    does: 'sends HTTP, HTTP/2, TLS, TJSON, THeader and zlib 50 times each to a Nest server with its default logger',
    holds: 'at least one line of the log names each protocol, at most ten lines do',
    victim: 'nest',
    async carryOut({ victim, port, defer }) {
      victim.clearOutput();
      for (const bytes of Object.values(FOREIGN)) {
        for (let count = 0; count < CONNECTIONS_OF_A_KIND; count++) {
          const peer = await send(port, bytes);
          defer(() => peer.destroy());
        }
      }
      await sleep(LOG_MS);
      const lines = victim.output.split('\n');
      const counts = Object.keys(FOREIGN).map(
        (name) => [name, lines.filter((line) => names(line, name)).length] as const,
      );
      const text = counts.map(([name, count]) => `${name} ${count}`).join(', ');
      hold(
        counts.every(([, count]) => count >= 1 && count <= MAX_LINES_OF_A_KIND),
        `lines that name the protocol: ${text}`,
      );
      return text;
    },
  },
  {
    name: 'misuse-in-log',
    kind: 'F20',
    does: 'calls an unknown method, an unknown service and a failing method 50 times each on a Nest server',
    holds: 'at least one line of the log names each, at most ten lines name the unknown ones',
    victim: 'nest',
    async carryOut({ victim, port, defer }) {
      victim.clearOutput();
      for (const name of ['noSuchMethod', 'NoSuchService:echo', 'fail']) {
        for (let count = 0; count < CONNECTIONS_OF_A_KIND; count++) {
          const peer = await send(port, framed(binaryMessage({ name }, Type.I32, uint32(0))));
          defer(() => peer.destroy());
          await peer.answer();
        }
      }
      await sleep(LOG_MS);
      const lines = victim.output.split('\n');
      const count = (text: string): number => lines.filter((line) => line.includes(text)).length;
      const [methods, services, failures] = ['noSuchMethod', 'NoSuchService', 'fail'].map(count);
      const text = `lines that name the unknown method: ${methods}, the unknown service: ${services}, the failing method: ${failures}`;
      const isBounded = [methods!, services!].every((n) => n >= 1 && n <= MAX_LINES_OF_A_KIND);
      hold(isBounded && failures! >= 1, text);
      return text;
    },
  },
];

/** Whether a line names a protocol and not another one whose name contains it. */
function names(line: string, protocol: string): boolean {
  return protocol === 'HTTP'
    ? /HTTP(?!\/2)/.test(line)
    : line.toLowerCase().includes(protocol.toLowerCase());
}
