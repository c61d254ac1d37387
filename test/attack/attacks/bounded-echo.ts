import { type Attack, hold } from '../arena/attack.js';
import { BytePeer, type Peer, type Request } from '../wire/peer.js';
import { readThriftAnswer } from '../wire/thrift-answer.js';
import { binaryMessage, framed, Type, uint32, withHeader } from '../wire/thrift-bytes.js';

const NAME_LENGTH = 15_000_000;
/** The largest text that a TTHeader takes. */
const HEADER_TEXT_LENGTH = 60_000;
const MAX_REPLY_BYTES = 64 * 1024;

const shared: Omit<Attack, 'name' | 'does' | 'carryOut'> = {
  kind: 'A4',
  holds: 'the reply has at most 64 KiB',
  victim: 'server',
};

const named = (name: string): Buffer => binaryMessage({ name }, Type.I32, uint32(0));

const REQUESTS: Readonly<Record<string, () => Request>> = {
  'a service name': () => ({ bytes: framed(named(`${'x'.repeat(NAME_LENGTH)}:echo`)) }),
  'a method name behind a header': () => ({
    bytes: withHeader(framed(named('x'.repeat(NAME_LENGTH)))),
  }),
  'a service name in a header': () => ({
    bytes: withHeader(framed(named('y')), {
      strings: new Map([['isn', 'x'.repeat(HEADER_TEXT_LENGTH)]]),
    }),
  }),
};

/** Names that come back in the texts of errors. */
export const boundedEcho: readonly Attack[] = [
  {
    ...shared,
    name: 'long-method-name',
    does: 'calls an unknown method whose name has 15 MB',
    comparedWith: ['npm thrift', 'Nest TCP', 'grpc-js'],
    carryOut: async (scene) =>
      await sizeOfReply(await scene.peer(), scene.dialect.unknownMethod(NAME_LENGTH)),
  },
  {
    ...shared,
    name: 'long-names-elsewhere',
    does: `sends ${Object.keys(REQUESTS).join(', ')} of the largest possible size`,
    async carryOut({ port, defer }) {
      const seen: string[] = [];
      for (const [what, request] of Object.entries(REQUESTS)) {
        const peer = await BytePeer.open(port, readThriftAnswer);
        defer(() => peer.destroy());
        seen.push(`${what}: ${await sizeOfReply(peer, request())}`);
      }
      return seen.join(', ');
    },
  },
];

async function sizeOfReply(peer: Peer, request: Request): Promise<string> {
  peer.send(request);
  const { kind } = await peer.answer();
  const text = `${peer.receivedBytes} bytes came back`;
  hold(peer.receivedBytes <= MAX_REPLY_BYTES, text);
  return kind === 'closed' ? 'connection closed' : text;
}
