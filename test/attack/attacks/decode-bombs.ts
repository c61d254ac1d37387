import { type Attack, hold } from '../arena/attack.js';
import { compactListOfZeros, listOfZeros } from '../wire/collections.js';
import { BytePeer } from '../wire/peer.js';
import { readThriftAnswer } from '../wire/thrift-answer.js';
import {
  binaryMessage,
  compactMessage,
  CompactType,
  framed,
  Type,
} from '../wire/thrift-bytes.js';

const ELEMENTS = 15_000_000;

/** What a bomb is made of: elements of one byte each. */
const BOMBS: Readonly<Record<string, () => Buffer>> = {
  structs: () =>
    binaryMessage({ name: 'leaves' }, Type.LIST, listOfZeros(Type.STRUCT, ELEMENTS)),
  'compact-structs': () =>
    compactMessage(
      { name: 'leaves' },
      CompactType.LIST,
      compactListOfZeros(CompactType.STRUCT, ELEMENTS),
    ),
  lists: () =>
    compactMessage(
      { name: 'lists' },
      CompactType.LIST,
      compactListOfZeros(CompactType.LIST, ELEMENTS),
    ),
  maps: () =>
    compactMessage(
      { name: 'maps' },
      CompactType.LIST,
      compactListOfZeros(CompactType.MAP, ELEMENTS),
    ),
  // A tree of one level: its root has one field, a list of trees without one.
  tree: () =>
    compactMessage(
      { name: 'tree' },
      CompactType.STRUCT,
      Buffer.concat([
        Buffer.of(0x10 | CompactType.LIST),
        compactListOfZeros(CompactType.STRUCT, ELEMENTS),
        Buffer.of(0),
      ]),
    ),
};

/** Messages whose values take a hundred times their bytes. */
export const decodeBombs: readonly Attack[] = Object.entries(BOMBS).map(
  ([what, message]): Attack => ({
    name: `decode-bomb-${what}`,
    kind: 'A2',
    does: `sends one message of 15 MB that consists of one-byte ${what}`,
    holds: 'the message decodes or is rejected before it has taken 256 MB of heap',
    victim: 'server',
    // Besides the heap the message itself, the copy that joins its chunks, and garbage that is not collected yet.
    limits: { peakMb: 256 + 96 },
    async carryOut({ port, defer }) {
      const peer = await BytePeer.open(port, readThriftAnswer);
      defer(() => peer.destroy());
      peer.send({ bytes: framed(message()) });
      const { kind, text } = await peer.answer();
      hold(kind !== 'closed', 'the connection was closed without a reply');
      return kind === 'result' ? 'decoded' : `rejected: ${text || 'an exception'}`;
    },
  }),
);
