import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack, Scene } from '../arena/attack.js';
import { residentMegabytes } from '../arena/process-state.js';
import { startStage } from '../arena/stage.js';

const CONNECTIONS = 60;
/** Below the largest message that a server takes. */
const MESSAGE_BYTES = 16 * 1024 * 1024 - 64 * 1024;
const READ_TIMEOUT_MS = 60_000;
/** A server that has taken nothing for so long takes no more. */
const QUIET_MS = 1_500;
const SEND_MS = 20_000;
const LOOK_EVERY_MS = 100;
const MIN_GROWTH_MB = 1;

/** Many connections, each with a large message that never ends. */
export const unfinishedMessages: Attack = {
  name: 'unfinished-messages',
  kind: 'A3',
  does: 'sends 16 MB messages without their last kilobyte over 60 connections, and waits',
  holds: 'memory grows by no more than 512 MB: what all connections hold together has a budget',
  // Long, so that the read timeout is not what bounds the memory.
  victim: (stack) => startStage('server', stack, { server: { readTimeoutMs: READ_TIMEOUT_MS } }),
  // A budget of 256 MB, and up to as much of connections that were closed, until it is collected.
  limits: { peakMb: 512, durationMs: 25_000 },
  comparedWith: ['npm thrift', 'Nest TCP', 'grpc-js'],
  async carryOut(scene) {
    const request = scene.dialect.unfinished(MESSAGE_BYTES);
    const peers = await Promise.all(Array.from({ length: CONNECTIONS }, () => scene.peer()));
    for (const peer of peers) {
      peer.send(request);
    }
    await taken(scene, Promise.all(peers.map((peer) => peer.flushed())));
    const open = peers.filter(({ hasEnded }) => !hasEnded).length;
    return `${open} of ${CONNECTIONS} connections still open`;
  },
};

/** Waits until all is sent, or until the server takes no more of it. */
async function taken({ victim }: Scene, sent: Promise<unknown>): Promise<void> {
  let isSent = false;
  void sent.then(() => (isSent = true));
  let residentMb = residentMegabytes(victim.pid);
  let grownAt = performance.now();
  const until = grownAt + SEND_MS;
  while (!isSent && performance.now() < Math.min(until, grownAt + QUIET_MS)) {
    await sleep(LOOK_EVERY_MS);
    const nowMb = residentMegabytes(victim.pid);
    if (nowMb > residentMb + MIN_GROWTH_MB) {
      residentMb = nowMb;
      grownAt = performance.now();
    }
  }
}
