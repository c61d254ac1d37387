import { type Attack, hold } from '../arena/attack.js';
import { listOfFullLeaves, listOfTexts } from '../wire/collections.js';
import { BytePeer } from '../wire/peer.js';
import { readThriftAnswer } from '../wire/thrift-answer.js';
import { binaryMessage, framed, Type } from '../wire/thrift-bytes.js';

/** Just below the largest message that a server takes. */
const MESSAGE_BYTES = 16 * 1024 * 1024 - 1024;
const TEXT_BYTES = 60;
const STRUCTS = 1_000_000;

const MESSAGES: Readonly<Record<string, () => Buffer>> = {
  texts: () => binaryMessage({ name: 'texts' }, Type.LIST, listOfTexts(MESSAGE_BYTES, TEXT_BYTES)),
  structs: () => binaryMessage({ name: 'leaves' }, Type.LIST, listOfFullLeaves(STRUCTS)),
};

/** Not attacks: what no limit that protects memory may reject. */
export const ordinaryLarge: readonly Attack[] = Object.entries(MESSAGES).map(
  ([what, message]): Attack => ({
    name: `ordinary-large-${what}`,
    kind: 'A2',
    does:
      what === 'texts' ? 'sends 16 MiB of strings' : 'sends a million small structs in one message',
    holds: 'the message is served: no limit rejects it',
    victim: 'server',
    limits: { peakMb: 384 },
    async carryOut({ port, defer }) {
      const peer = await BytePeer.open(port, readThriftAnswer);
      defer(() => peer.destroy());
      peer.send({ bytes: framed(message()) });
      const { kind, text } = await peer.answer();
      hold(kind === 'result', `not served: ${text || kind}`);
      return 'served';
    },
  }),
);
