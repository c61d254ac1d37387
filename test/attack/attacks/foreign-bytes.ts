import { setTimeout as sleep } from 'node:timers/promises';
import { type Attack, hold } from '../arena/attack.js';
import type { Child } from '../arena/child.js';
import { BytePeer } from '../wire/peer.js';
import { FOREIGN, randomBytes } from '../wire/foreign-bytes.js';
import { readThriftAnswer } from '../wire/thrift-answer.js';
import { binaryMessage, framed, Type, uint32 } from '../wire/thrift-bytes.js';

const CONNECTIONS_OF_A_KIND = 50;
/** Time for the log to reach this process, and for lines that should not come. */
const LOG_MS = 5_000;
const FURTHER_LINES_MS = 500;
const LOOK_EVERY_MS = 100;
const MAX_LINES = 10;
const END_MS = 8_000;
/** What lines of the log have where the name alone is part of another one. */
const NAMES_IN_LOG: Readonly<Record<string, string>> = { HTTP: ' HTTP on', TLS: 'TLS ClientHello' };

/** Sends on a separate connection. */
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
    holds: 'one to ten lines of the log name each protocol',
    victim: 'nest',
    async carryOut({ victim, port, defer }) {
      for (const bytes of Object.values(FOREIGN)) {
        for (let count = 0; count < CONNECTIONS_OF_A_KIND; count++) {
          const peer = await send(port, bytes);
          defer(() => peer.destroy());
        }
      }
      const textOf = (name: string): string => NAMES_IN_LOG[name] ?? name;
      await logged(victim, Object.keys(FOREIGN).map(textOf));
      const counts = Object.keys(FOREIGN).map(
        (name) => [name, linesWith(victim, textOf(name))] as const,
      );
      const isBounded = counts.every(([, lines]) => lines >= 1 && lines <= MAX_LINES);
      const text = counts.map(([name, lines]) => `${name} ${lines}`).join(', ');
      hold(isBounded, `lines that name the protocol: ${text}`);
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
      for (const name of ['noSuchMethod', 'NoSuchService:echo', 'fail']) {
        for (let count = 0; count < CONNECTIONS_OF_A_KIND; count++) {
          const peer = await send(port, framed(binaryMessage({ name }, Type.I32, uint32(0))));
          defer(() => peer.destroy());
          await peer.answer();
        }
      }
      const texts = ['noSuchMethod', 'NoSuchService', 'Target.fail'];
      await logged(victim, texts);
      const [methods = 0, services = 0, failures = 0] = texts.map((text) =>
        linesWith(victim, text),
      );
      const text = `lines that name the unknown method: ${methods}, the unknown service: ${services}, the failing method: ${failures}`;
      const isBounded = [methods, services].every((lines) => lines >= 1 && lines <= MAX_LINES);
      hold(isBounded && failures >= 1, text);
      return text;
    },
  },
];

/** Waits until lines with these texts have come, or the time is over, and for additional lines. */
async function logged(victim: Child, texts: readonly string[]): Promise<void> {
  const until = performance.now() + LOG_MS;
  while (texts.some((text) => linesWith(victim, text) === 0) && performance.now() < until) {
    await sleep(LOOK_EVERY_MS);
  }
  await sleep(FURTHER_LINES_MS);
}

/** Lines that a process has written with a text in them. */
function linesWith({ output }: Child, text: string): number {
  return output.split('\n').filter((line) => line.includes(text)).length;
}
