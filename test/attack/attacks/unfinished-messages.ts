import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack } from '../arena/attack.js';
import { startStage } from '../arena/stage.js';

const CONNECTIONS = 60;
/** Below the largest message that a server takes. */
const MESSAGE_BYTES = 16 * 1024 * 1024 - 64 * 1024;
/** Time for all of it to be sent; a server that has enough stops to read. */
const SEND_MS = 6_000;
const READ_TIMEOUT_MS = 30_000;

/** Many connections, each with a large message that never ends. */
export const unfinishedMessages: Attack = {
  name: 'unfinished-messages',
  kind: 'A3',
  does: 'sends 16 MB messages without their last kilobyte over 60 connections, and waits',
  holds: 'memory grows by no more than 352 MB: what all connections hold together has a budget',
  // Patient, so that it is not the read timeout that bounds what is held.
  victim: (stack) => startStage('server', stack, { readTimeoutMs: READ_TIMEOUT_MS }),
  limits: { peakMb: 352, durationMs: 12_000 },
  comparedWith: ['npm thrift', 'Nest TCP', 'grpc-js'],
  async carryOut(scene) {
    const request = scene.dialect.unfinished(MESSAGE_BYTES);
    const peers = await Promise.all(Array.from({ length: CONNECTIONS }, () => scene.peer()));
    for (const peer of peers) {
      peer.send(request);
    }
    const sent = Promise.all(peers.map((peer) => peer.flushed()));
    await Promise.race([sent, sleep(SEND_MS)]);
    const open = peers.filter(({ hasEnded }) => !hasEnded).length;
    return `${open} of ${CONNECTIONS} connections still open`;
  },
};
