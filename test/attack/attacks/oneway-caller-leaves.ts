import { setTimeout as sleep } from 'node:timers/promises';
import { type Attack, hold } from '../arena/attack.js';
import { nestServerOf, plainServerOf } from '../arena/stage.js';
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

const CALLS = 10;
const HANDLER_MS = 500;
const RPC_TIMEOUT_KEY = 12;
const RPC_TIMEOUT_MS = 100;
const PATIENCE_MS = 3_000;
const LOOK_EVERY_MS = 50;

/** A oneway request with the timeout of its caller, as Kitex sends it. */
function slowNote(): Buffer {
  const envelope = { name: 'slowNote', type: MessageType.ONEWAY };
  const message = framed(binaryMessage(envelope, Type.I32, uint32(HANDLER_MS)));
  return withHeader(message, { ints: new Map([[RPC_TIMEOUT_KEY, String(RPC_TIMEOUT_MS)]]) });
}

/** Kitex closes its connection after each oneway call. */
export const onewayCallerLeaves: readonly Attack[] = (['server', 'nest'] as const).map(
  (kind): Attack => ({
    name: `oneway-caller-leaves-${kind === 'nest' ? 'nest' : 'plain'}`,
    kind: 'D16',
    does: 'sends oneway requests with a timeout of 100 ms and closes the connection after each, as Kitex does',
    holds: 'handlers have no deadline, and their signal does not abort',
    victim: kind,
    async carryOut({ victim, port }) {
      const state = (): Promise<
        Readonly<Record<'slowNotes' | 'abortedNotes' | 'boundNotes', number>>
      > => (kind === 'nest' ? nestServerOf(victim).nestState() : plainServerOf(victim).state());
      const before = await state();
      for (let count = 0; count < CALLS; count++) {
        const peer = await BytePeer.open(port, readThriftAnswer);
        peer.send({ bytes: slowNote() });
        peer.end();
      }
      const until = performance.now() + PATIENCE_MS;
      let after = await state();
      while (after.slowNotes - before.slowNotes < CALLS && performance.now() < until) {
        await sleep(LOOK_EVERY_MS);
        after = await state();
      }
      const [served, aborted, bound] = (['slowNotes', 'abortedNotes', 'boundNotes'] as const).map(
        (key) => after[key] - before[key],
      );
      const text = `${served} served, ${aborted} aborted, ${bound} with a deadline`;
      hold(served === CALLS && aborted === 0 && bound === 0, text);
      return text;
    },
  }),
);
