import { ServerTransport } from '@nestjs-thrift/transport';
import { type Attack, hold } from '../arena/attack.js';
import { heldMegabytes } from '../arena/vitals-of.js';
import { Target } from '../victims/target.js';
import { targetHandlers } from '../victims/target-handlers.js';
import { BytePeer } from '../wire/peer.js';
import { sendAll } from '../wire/send-all.js';
import { readThriftAnswer } from '../wire/thrift-answer.js';
import { binaryMessage, framed, Type, uint32 } from '../wire/thrift-bytes.js';

const MESSAGES = 2_000;
const SMALL_BYTES = 16;
const LARGE_BYTES = 64 * 1024;
/** An eighth of what the messages have. */
const MAX_HELD_MB = 16;

let server: ServerTransport;
let kept: unknown[] = [];

/** Runs in the server: serves another port with a handler that keeps the small value of each message. */
export async function serveKeeper(): Promise<number> {
  kept = [];
  const handlers = {
    ...targetHandlers,
    keep: ({ small }: Readonly<Record<string, unknown>>) => void kept.push(small),
  };
  const options = { host: '127.0.0.1', port: 0 };
  server = new ServerTransport([{ definition: Target, handlers }], options);
  await server.listen();
  return Number(server.address.split(':')[1]);
}

/** Runs in the server. */
export async function closeKeeper(): Promise<void> {
  kept = [];
  await server.close();
}

/** A handler keeps what looks small. */
export const smallValuePinsMessage: Attack = {
  name: 'small-value-pins-message',
  kind: 'G',
  does: 'sends 2,000 messages of 64 KB to a handler that keeps a binary of 16 bytes of each',
  holds: 'what is kept takes no more than 16 MB',
  victim: 'server',
  module: import.meta.url,
  async carryOut({ victim, defer }) {
    const keeper = victim.module<typeof import('./small-value-pins-message.js')>(import.meta.url);
    const port = await keeper.serveKeeper();
    defer(() => keeper.closeKeeper());
    const peer = await BytePeer.open(port, readThriftAnswer);
    defer(() => peer.destroy());
    const beforeMb = await heldMegabytes(victim);
    const content = Buffer.concat([
      uint32(SMALL_BYTES),
      Buffer.alloc(SMALL_BYTES),
      Buffer.of(Type.STRING, 0, 2),
      uint32(LARGE_BYTES),
      Buffer.alloc(LARGE_BYTES),
    ]);
    const request = { bytes: framed(binaryMessage({ name: 'keep' }, Type.STRING, content)) };
    await sendAll(peer, request, MESSAGES);
    const heldMb = (await heldMegabytes(victim)) - beforeMb;
    const text = `${Math.round(heldMb)} MB are held by ${MESSAGES} binaries of ${SMALL_BYTES} bytes`;
    hold(heldMb <= MAX_HELD_MB, text);
    return text;
  },
};
