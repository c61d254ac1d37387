import { type Attack, hold, type Scene } from '../arena/attack.js';
import { startStage } from '../arena/stage.js';
import {
  compactLongSet,
  doubleMap,
  intMap,
  intSet,
  listOfIntMaps,
  longMap,
} from '../wire/collections.js';
import { collidingDoubles, collidingInts, collidingLongs } from '../wire/colliding-keys.js';
import { BytePeer, type Peer, type Request } from '../wire/peer.js';
import { readThriftAnswer } from '../wire/thrift-answer.js';
import { binaryMessage, compactMessage, CompactType, framed, Type } from '../wire/thrift-bytes.js';
import { ordinaryDoubles, ordinaryInts, ordinaryLongs } from '../wire/ordinary-keys.js';

const KEYS = 16_384;
const NO_GENERATED_CODE = '--disallow-code-generation-from-strings';
/** As many keys in maps that are too small for each to stand out. */
const SMALL_MAPS = 8;
const MAX_RATIO = 10;
/** Times below this are those of the machine, not of the keys. */
const FLOOR_MS = 5;
const ROUNDS = 3;

/** The same message with ordinary keys and with chosen ones. */
interface Flood {
  readonly ordinary: () => Request;
  readonly chosen: () => Request;
}

function binary(name: string, type: number, ordinary: () => Buffer, chosen: () => Buffer): Flood {
  const request = (content: Buffer): Request => ({
    bytes: framed(binaryMessage({ name }, type, content)),
  });
  return { ordinary: () => request(ordinary()), chosen: () => request(chosen()) };
}

const smallMaps = (keys: readonly number[]): Buffer => {
  const size = keys.length / SMALL_MAPS;
  const parts = Array.from({ length: SMALL_MAPS }, (_, part) =>
    keys.slice(part * size, (part + 1) * size),
  );
  return listOfIntMaps(parts);
};

const FLOODS: Readonly<Record<string, Flood>> = {
  'int-set': binary(
    'intSet',
    Type.SET,
    () => intSet(ordinaryInts(KEYS)),
    () => intSet(collidingInts(KEYS)),
  ),
  'enum-map': binary(
    'enumMap',
    Type.MAP,
    () => intMap(ordinaryInts(KEYS)),
    () => intMap(collidingInts(KEYS)),
  ),
  'long-map': binary(
    'longMap',
    Type.MAP,
    () => longMap(ordinaryLongs(KEYS)),
    () => longMap(collidingLongs(KEYS)),
  ),
  'double-map': binary(
    'doubleMap',
    Type.MAP,
    () => doubleMap(ordinaryDoubles(KEYS)),
    () => doubleMap(collidingDoubles(KEYS)),
  ),
  'small-maps': binary(
    'maps',
    Type.LIST,
    () => smallMaps(ordinaryInts(KEYS)),
    () => smallMaps(collidingInts(KEYS)),
  ),
  'compact-long-set': {
    ordinary: () => compactSet(ordinaryLongs(KEYS)),
    chosen: () => compactSet(collidingLongs(KEYS)),
  },
};

/** In the format of the stack under attack. */
function intMapFlood({ dialect }: Scene): Flood {
  return {
    ordinary: () => dialect.intMap(ordinaryInts(KEYS)),
    chosen: () => dialect.intMap(collidingInts(KEYS)),
  };
}

function compactSet(keys: readonly bigint[]): Request {
  const message = compactMessage({ name: 'longSet' }, CompactType.SET, compactLongSet(keys));
  return { bytes: framed(message) };
}

const shared: Omit<Attack, 'name' | 'does' | 'carryOut'> = {
  kind: 'A1',
  holds: 'the message takes at most ten times the time of one with ordinary keys',
  victim: 'server',
};

/** Keys that V8 puts into one bucket, each of which is compared with all before it. */
export const hashFloods: readonly Attack[] = [
  {
    ...shared,
    name: 'hash-flood-int-map',
    does: 'sends a map whose 16,384 integer keys have colliding hashes',
    comparedWith: ['npm thrift', 'Nest TCP', 'grpc-js'],
    carryOut: async (scene) => await compareKeys(await scene.peer(), intMapFlood(scene)),
  },
  {
    ...shared,
    name: 'hash-flood-interpreted',
    does: 'sends the same to a server that may not generate code',
    victim: (stack) => startStage('server', stack, { flags: [NO_GENERATED_CODE] }),
    carryOut: async (scene) => await compareKeys(await scene.peer(), intMapFlood(scene)),
  },
  ...Object.entries(FLOODS).map(([what, flood]): Attack => ({
    ...shared,
    name: `hash-flood-${what}`,
    does: `sends 16,384 keys with colliding hashes as ${what.replaceAll('-', ' ')}`,
    carryOut: async (scene) => {
      const peer = await BytePeer.open(scene.port, readThriftAnswer);
      scene.defer(() => peer.destroy());
      return await compareKeys(peer, flood);
    },
  })),
];

async function compareKeys(peer: Peer, { ordinary, chosen }: Flood): Promise<string> {
  const ordinaryMs = Math.max(FLOOR_MS, await bestTime(peer, ordinary()));
  const chosenMs = await bestTime(peer, chosen());
  const ratio = chosenMs / ordinaryMs;
  const text = `${Math.round(chosenMs)} ms against ${Math.round(ordinaryMs)} ms`;
  hold(ratio <= MAX_RATIO, `${text}: ${Math.round(ratio)} times as long`);
  return text;
}

/** The fastest of some rounds: others share the processor. */
async function bestTime(peer: Peer, request: Request): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    peer.send(request);
    const { kind } = await peer.answer();
    hold(kind !== 'closed', 'the connection was closed without a reply');
    best = Math.min(best, performance.now() - startedAt);
  }
  return best;
}
