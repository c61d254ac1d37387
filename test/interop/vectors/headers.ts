import { differs } from '../ours/values.js';
import type { Results } from '../runner/results.js';
import { exchange } from './requests.js';
import { parseMessages } from './wire.js';

/** Header frames made by Kitex's own encoder around a call of `ping`, and what a server makes of them. */
const FRAMES: readonly (readonly [name: string, bytes: string, answered: boolean])[] = [
  ['empty header', `0000001f ${'1000000000000001'} 0001 00000000 ${call(1)}`, true],
  ['int key', `0000002b 1000000000000001 0004 00001000010009000470696e67000000 ${call(1)}`, true],
  [
    'string key',
    `0000002b 1000000000000002 0004 0000010001000369736e00044563686f ${call(2)}`,
    true,
  ],
  [
    'ACL token, string and int key',
    `0000003b 10000000ffffffff 0008 0000110003746f6b010001000369736e00044563686f10000100160001310000 ${call(-1)}`,
    true,
  ],
  [
    'framed inside',
    `0000002f 1000000000000001 0004 0000100001000100066672616d656400 00000011 ${call(1)}`,
    true,
  ],
  [
    'out of order',
    `0000002b 1000000100000005 0004 00001000010009000470696e67000000 ${call(5)}`,
    true,
  ],
  [
    'padding before sections',
    `0000002f 1000000000000009 0005 00000000000010000100090004 70696e67000000 ${call(9)}`,
    true,
  ],
  ['protocol 3', `0000001f 1000000000000001 0001 03000000 ${call(1)}`, true],
  ['protocol 4', `0000001f 1000000000000001 0001 04000000 ${call(1)}`, true],
  ['protocol 1', `0000001f 1000000000000001 0001 01000000 ${call(1)}`, false],
  [
    'unknown section',
    `0000002b 1000000000000001 0004 00000200010009000470696e67000000 ${call(1)}`,
    false,
  ],
  ['no header', `0000001b 1000000000000001 0000 ${call(1)}`, false],
  ['truncated section', `0000001f 1000000000000001 0001 00000100 ${call(1)}`, false],
  [
    'a reply',
    `0000001f 1000000000000001 0001 00000000 ${call(1).replace('80010001', '80010002')}`,
    false,
  ],
  [
    'message of a stream that was not opened',
    '00000016 1000000200000007 0003 1000100001001b0001330000',
    false,
  ],
  ['HTTP/2 preface', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n').toString('hex'), false],
  ['HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n').toString('hex'), false],
];

function call(sequenceId: number): string {
  const id = Buffer.alloc(4);
  id.writeInt32BE(sequenceId);
  return `80010001 00000004 70696e67 ${id.toString('hex')} 00`;
}

/** Sends single frames: those that are right are answered in kind, the others close the connection silently. */
export async function replayHeaders(port: number, results: Results): Promise<void> {
  const combination = {
    peer: 'Recorded Kitex clients',
    direction: 'peer calls us',
    transport: 'TTHeader',
    protocol: 'binary',
    feature: 'single frames',
  } as const;
  for (const [name, hex, answered] of FRAMES) {
    await results.attempt(combination, name, async () => {
      const sent = Buffer.from(hex.replaceAll(' ', ''), 'hex');
      const { messages } = parseMessages(await exchange(port, sent));
      const expected = answered ? ['REPLY'] : [];
      const actual = messages.map(({ type }) => (type === 2 ? 'REPLY' : `type ${type}`));
      return differs(expected, actual);
    });
  }
}
