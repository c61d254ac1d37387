import { encode, PROTOCOLS } from '../../../codec/test/bytes.js';
import { allEngines } from '../file-engine.js';
import { ProtocolError } from '@nestjs-thrift/codec';
import { ReadBuffer } from '@nestjs-thrift/codec/wire';

const IDL = `
struct Small { 1: required i64 id, 2: required string name, 3: optional i32 age }
struct Optional { 1: optional i32 a, 2: optional i32 b, 3: optional string c }
struct Nested { 1: optional Small small, 2: optional list<Nested> children }
union Either { 1: i32 one, 2: string two }
struct Owner { 1: required Small small }
struct Defaults { 1: list<i32> list = [1, 2, 3], 2: map<string, i32> map = { "a": 1 } }
struct Message {
  1: list<Small> smalls, 2: list<Optional> optionals, 3: list<list<i8>> lists, 4: list<map<i32, i32>> maps
  5: list<map<string, i32>> records, 6: set<i64> bigints, 7: list<string> strings, 8: list<binary> binaries
  9: Nested nested, 10: list<Either> unions, 11: list<uuid> uuids, 12: list<Defaults> defaults, 13: list<double> doubles
  14: map<i64, Small> byId, 15: map<string, string> texts, 16: list<Owner> owners, 17: list<bool> bools
}
struct Unaware { 1: optional i32 other }
`;

const engines = await allEngines(IDL);
const repeat = <T>(value: T, count = 1000): T[] => Array.from({ length: count }, () => value);
const SMALL = { id: 1n, name: 'abc' };

describe.each(engines)('decode budget ($name)', (engine) => {
  const codec = engine.codec('Message');

  describe.each(PROTOCOLS)('in %s', (protocol) => {
    const reader = (bytes: Buffer, maxDecodedBytes?: number) =>
      new ReadBuffer(bytes, 0, bytes.length, undefined, false, maxDecodedBytes);
    const read = (bytes: Buffer, maxDecodedBytes?: number): unknown =>
      codec[`read${protocol}`](reader(bytes, maxDecodedBytes));

    it.each<[string, unknown]>([
      ['smalls', repeat(SMALL)],
      ['optionals', repeat({})],
      ['lists', repeat([])],
      ['maps', repeat(new Map())],
      ['records', repeat({})],
      ['records', repeat({ a: 1 })],
      ['bigints', Array.from({ length: 1000 }, (_, index) => BigInt(index))],
      ['strings', repeat('')],
      ['binaries', repeat(Buffer.alloc(0))],
      ['unions', repeat({ one: 1 })],
      ['uuids', repeat('00112233-4455-6677-8899-aabbccddeeff')],
      ['defaults', repeat({})],
      ['doubles', repeat(1.5)],
      ['byId', new Map(Array.from({ length: 1000 }, (_, index) => [BigInt(index), SMALL]))],
      ['texts', Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, 'v']))],
      ['owners', repeat({ small: SMALL })],
      ['bools', repeat(true)],
    ])('rejects %s beyond its limit and accepts them within', (field, value) => {
      const bytes = encode(codec, protocol, { [field]: value });
      expect(() => read(bytes, 7000)).toThrow(ProtocolError);
      expect(() => read(bytes, 7000)).toThrow(
        expect.objectContaining({
          code: 'DECODE_LIMIT_EXCEEDED',
          reason: 'DECODE_LIMIT',
          message: expect.stringMatching(
            /^\w+(\.\w+)?: the message would take more than 7000 bytes of memory once decoded; raise maxDecodedBytes/,
          ),
        }),
      );
      expect(read(bytes, 600_000)).toMatchObject({ [field]: value });
    });

    it('names the field of the container that is too large', () => {
      const bytes = encode(codec, protocol, { strings: repeat('abc') });
      expect(() => read(bytes, 7000)).toThrow('Message.strings: the message would take');
    });

    it('rejects trees, each level of which is small', () => {
      const grow = (levels: number): object =>
        levels === 0 ? {} : { small: SMALL, children: repeat(grow(levels - 1), 4) };
      const bytes = encode(codec, protocol, { nested: grow(6) });
      expect(() => read(bytes, 100_000)).toThrow('raise maxDecodedBytes');
      expect(read(bytes)).toMatchObject({ nested: { small: SMALL } });
    });

    it('counts each message of a buffer from the start', () => {
      const bytes = encode(codec, protocol, { smalls: repeat(SMALL, 100) });
      const input = reader(bytes, 20_000);
      for (let message = 0; message < 10; message += 1) {
        expect(codec[`read${protocol}`](input)).toMatchObject({ smalls: repeat(SMALL, 100) });
        input.reset(bytes, 0, bytes.length);
      }
    });

    it('takes nothing for fields that it skips', () => {
      const bytes = encode(codec, protocol, { smalls: repeat(SMALL), maps: repeat(new Map()) });
      const input = reader(bytes, 100);
      expect(engine.codec('Unaware')[`read${protocol}`](input)).toEqual({ other: undefined });
    });

    it('rejects a count of structs whose required fields cannot fit', () => {
      const count = { Binary: '0f 0001 0c 00000005', Compact: '19 5c' }[protocol];
      const head = Buffer.from(count.replaceAll(' ', ''), 'hex');
      const least = { Binary: 3 + 8 + 3 + 4 + 1, Compact: 1 + 1 + 1 + 1 + 1 }[protocol];
      const bytes = Buffer.concat([head, Buffer.alloc(5 * least - 1)]);
      expect(() => read(bytes)).toThrow(`too few for 5 elements of at least ${least} bytes`);
    });
  });
});
