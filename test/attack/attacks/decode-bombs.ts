import { type Attack, hold } from '../arena/attack.js';
import { startStage } from '../arena/stage.js';
import { compactListOfZeros } from '../wire/collections.js';
import { BytePeer, type Peer, type Request } from '../wire/peer.js';
import { readThriftAnswer } from '../wire/thrift-answer.js';
import { compactMessage, CompactType, framed } from '../wire/thrift-bytes.js';

const ELEMENTS = 15_000_000;
/** Decoding without generated code takes some times as long for the same memory. */
const INTERPRETED_BYTES = 32 * 1024 * 1024;
const NO_GENERATED_CODE = '--disallow-code-generation-from-strings';

/** What a bomb is made of: elements of one byte each. */
const BOMBS: Readonly<Record<string, () => Buffer>> = {
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

const shared: Omit<Attack, 'name' | 'does' | 'carryOut'> = {
  kind: 'A2',
  holds: 'the message decodes or is rejected before it has taken 256 MB of heap',
  victim: 'server',
  // The heap, and in addition the message itself, the copy that joins its chunks, and garbage not collected yet.
  limits: { peakMb: 256 + 96 },
};

/** Messages whose values take a hundred times their bytes. */
export const decodeBombs: readonly Attack[] = [
  {
    ...shared,
    name: 'decode-bomb-structs',
    does: 'sends one message of 15 MB that consists of structs without a field',
    comparedWith: ['npm thrift', 'Nest TCP', 'grpc-js'],
    carryOut: async (scene) =>
      await outcomeOf(await scene.peer(), scene.dialect.emptyElements(ELEMENTS)),
  },
  {
    ...shared,
    name: 'decode-bomb-interpreted',
    does: 'sends a quarter of it to a server that may not generate code, with a quarter of the memory budget',
    victim: (stack) =>
      startStage('server', stack, {
        flags: [NO_GENERATED_CODE],
        server: { maxDecodedBytes: INTERPRETED_BYTES },
      }),
    carryOut: async (scene) =>
      await outcomeOf(await scene.peer(), scene.dialect.emptyElements(ELEMENTS / 4)),
  },
  ...Object.entries(BOMBS).map(([what, message]): Attack => ({
    ...shared,
    name: `decode-bomb-${what}`,
    does: `sends one message of 15 MB that consists of one-byte ${what.replace('-', ' ')}`,
    async carryOut({ port, defer }) {
      const peer = await BytePeer.open(port, readThriftAnswer);
      defer(() => peer.destroy());
      return await outcomeOf(peer, { bytes: framed(message()) });
    },
  })),
];

async function outcomeOf(peer: Peer, request: Request): Promise<string> {
  peer.send(request);
  const { kind, text } = await peer.answer();
  hold(kind !== 'closed', 'the connection was closed without a reply');
  return kind === 'result' ? 'decoded' : `rejected: ${text || 'an exception'}`;
}
