import { cleanUp } from '#test/cleanup.js';
import { ServerTransport } from '@nestjs-thrift/transport';
import { targetHandlers } from '../victims/target-handlers.js';
import { Target } from '../victims/target.js';
import * as collections from './collections.js';
import { BytePeer } from './peer.js';
import { readThriftAnswer } from './thrift-answer.js';
import {
  binaryMessage,
  compactMessage,
  CompactType,
  framed,
  Type,
  uint32,
  withHeader,
} from './thrift-bytes.js';

const text = (value: string): Buffer =>
  Buffer.concat([uint32(Buffer.byteLength(value)), Buffer.from(value)]);

describe('messages put together by bytes', () => {
  let received: unknown;
  let peer: BytePeer;

  beforeEach(async () => {
    const recording = Object.keys(targetHandlers).map((name) => [
      name,
      (given: Readonly<Record<string, unknown>>, call: unknown) => {
        received = Object.values(given)[0];
        return targetHandlers[name]!(given, call as never);
      },
    ]);
    const server = new ServerTransport(
      [{ definition: Target, handlers: Object.fromEntries(recording) }],
      { host: '127.0.0.1', port: 0 },
    );
    await server.listen();
    cleanUp(() => server.close());
    peer = await BytePeer.open(Number(server.address.split(':')[1]), readThriftAnswer);
    cleanUp(() => peer.destroy());
  });

  const exchange = async (bytes: Buffer): Promise<string> => {
    peer.send({ bytes });
    return (await peer.answer()).kind;
  };

  it.each([
    [
      'intMap',
      Type.MAP,
      collections.intMap([1, -7]),
      new Map([
        [1, 0],
        [-7, 0],
      ]),
    ],
    ['intSet', Type.SET, collections.intSet([5, -6]), [5, -6]],
    [
      'longMap',
      Type.MAP,
      collections.longMap([1n, -7n]),
      new Map([
        [1n, 0],
        [-7n, 0],
      ]),
    ],
    ['doubleMap', Type.MAP, collections.doubleMap([0.5]), new Map([[0.5, 0]])],
    ['maps', Type.LIST, collections.listOfIntMaps([[1], []]), [new Map([[1, 0]]), new Map()]],
    ['texts', Type.LIST, collections.listOfTexts(24, 8), ['abcdefgh', 'abcdefgh']],
    ['leaves', Type.LIST, collections.listOfFullLeaves(1), [{ value: 8 }]],
    ['leaves', Type.LIST, collections.listOfZeros(Type.STRUCT, 2), [{}, {}]],
  ])('decode in Binary: %s', async (name, type, content, expected) => {
    expect(await exchange(framed(binaryMessage({ name }, type, content)))).toBe('result');
    expect(received).toEqual(expected);
  });

  it.each([
    ['longSet', CompactType.SET, collections.compactLongSet([300n, -1n]), [300n, -1n]],
    ['leaves', CompactType.LIST, collections.compactListOfZeros(CompactType.STRUCT, 20), 20],
    ['lists', CompactType.LIST, collections.compactListOfZeros(CompactType.LIST, 20), 20],
    ['maps', CompactType.LIST, collections.compactListOfZeros(CompactType.MAP, 20), 20],
  ])('decode in Compact: %s', async (name, type, content, expected) => {
    expect(await exchange(framed(compactMessage({ name }, type, content)))).toBe('result');
    const seen = typeof expected === 'number' ? (received as unknown[]).length : received;
    expect(seen).toEqual(expected);
  });

  it('carry metadata and the sequence id in a TTHeader', async () => {
    const message = framed(binaryMessage({ name: 'metadata' }, Type.I32, uint32(0)));
    peer.send({
      bytes: withHeader(message, {
        sequenceId: 7,
        ints: new Map([[12, '1000']]),
        strings: new Map([['RPC_PERSIST_USER', 'ada']]),
      }),
    });

    expect(await peer.answer()).toMatchObject({ kind: 'result' });
  });

  it('read the text of an exception', async () => {
    peer.send({ bytes: framed(binaryMessage({ name: 'nothing' }, Type.STRING, text('x'))) });

    expect(await peer.answer()).toMatchObject({
      kind: 'error',
      text: expect.stringContaining('nothing'),
    });
  });
});
