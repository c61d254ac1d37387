import { decode, encode, hex, PROTOCOLS, type Protocol } from '../../../codec/test/bytes.js';
import { allEngines } from '../file-engine.js';
import { ProtocolError } from '@nestjs-thrift/codec';
import { ReadBuffer } from '@nestjs-thrift/codec/wire';

const IDL = `
struct Empty {}
struct Texts { 1: string text, 2: list<string> texts, 3: map<string, i32> map, 4: set<i64> set, 5: binary bytes }
struct Numbers { 1: i32 i32, 2: i64 i64, 3: i16 i16, 4: double real, 5: uuid uuid, 6: list<bool> bools, 7: list<Empty> empties }
struct Tree { 1: list<Tree> children, 2: optional Tree next, 3: map<string, Tree> named, 4: i32 leaf }
struct Wrapper { 1: Tree tree }
struct Deep { 1: list<list<list<i32>>> lists }
`;

const engines = await allEngines(IDL);
const strict = await allEngines(IDL, { invalidUtf8: 'error' });

describe.each(engines)('hostile bytes ($name)', (engine) => {
  const failure = (struct: string, protocol: Protocol, bytes: Uint8Array): [string, string] => {
    try {
      decode(engine.codec(struct), protocol, bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(ProtocolError);
      return [(error as ProtocolError).reason, (error as Error).message];
    }
    throw new Error('was read');
  };

  it.each<[string, string, Protocol, string, string]>([
    ['a string of negative length', 'Texts', 'Binary', '0b 0001 ffffffff 00', 'NEGATIVE_SIZE'],
    ['a string longer than the message', 'Texts', 'Binary', '0b 0001 00000003 6161', 'TRUNCATED'],
    ['a string of 2 GiB', 'Texts', 'Binary', '0b 0001 7fffffff 00', 'TRUNCATED'],
    ['a list of negative count', 'Texts', 'Binary', '0f 0002 0b ffffffff 00', 'NEGATIVE_SIZE'],
    ['a list of 2^31 - 1 strings', 'Texts', 'Binary', '0f 0002 0b 7fffffff 00', 'TRUNCATED'],
    ['a map of negative count', 'Texts', 'Binary', '0d 0003 0b 08 80000000 00', 'NEGATIVE_SIZE'],
    ['a map of more entries than fit', 'Texts', 'Binary', '0d 0003 0b 08 00000002 00', 'TRUNCATED'],
    ['a set of more elements than fit', 'Texts', 'Binary', '0e 0004 0a 00000002 0000', 'TRUNCATED'],
    [
      'a list of other elements',
      'Texts',
      'Binary',
      '0f 0002 08 00000001 00000000 00',
      'INVALID_DATA',
    ],
    [
      'a map of other values',
      'Texts',
      'Binary',
      '0d 0003 0b 0b 00000001 0000000000000000 00',
      'INVALID_DATA',
    ],
    ['unknown wire type 99', 'Texts', 'Binary', '63 0001 00', 'INVALID_DATA'],
    [
      'a skipped list of negative count',
      'Empty',
      'Binary',
      '0f 0009 0b ffffffff 00',
      'NEGATIVE_SIZE',
    ],
    ['a skipped list of many', 'Empty', 'Binary', '0f 0009 03 7fffffff 00', 'TRUNCATED'],
    ['a skipped map of many', 'Empty', 'Binary', '0d 0009 03 03 7fffffff 00', 'TRUNCATED'],
    ['a skipped string of negative length', 'Empty', 'Binary', '0b 0009 ffffffff', 'NEGATIVE_SIZE'],
    [
      'a skipped list of an unknown type',
      'Empty',
      'Binary',
      '0f 0009 63 00000001 00 00',
      'INVALID_DATA',
    ],
    [
      'many elements without a type',
      'Empty',
      'Binary',
      '0f 0009 00 00000002 00 00 00',
      'INVALID_DATA',
    ],
    ['an end in a field header', 'Empty', 'Binary', '0b 00', 'TRUNCATED'],
    ['no stop byte', 'Empty', 'Binary', '', 'TRUNCATED'],
    ['a string of 4 GiB', 'Texts', 'Compact', '18 ffffffff0f 00', 'NEGATIVE_SIZE'],
    ['a string longer than the message', 'Texts', 'Compact', '18 03 6161', 'TRUNCATED'],
    ['a length of six bytes', 'Texts', 'Compact', '18 808080808001 00', 'INVALID_DATA'],
    ['a length of 33 bits', 'Texts', 'Compact', '18 8080808010 00', 'INVALID_DATA'],
    ['a list of more than fit', 'Texts', 'Compact', '29 f8 ffffffff07 00', 'TRUNCATED'],
    ['a list of negative count', 'Texts', 'Compact', '29 f8 ffffffff0f 00', 'NEGATIVE_SIZE'],
    ['a map of more than fit', 'Texts', 'Compact', '3b 04 85 00 00 00', 'TRUNCATED'],
    ['a list of other elements', 'Texts', 'Compact', '29 15 00 00', 'INVALID_DATA'],
    ['an i32 of 33 bits', 'Numbers', 'Compact', '15 ffffffff1f 00', 'INVALID_DATA'],
    ['an i64 of 65 bits', 'Numbers', 'Compact', '26 ffffffffffffffffff02 00', 'INVALID_DATA'],
    [
      'an i64 of eleven bytes',
      'Numbers',
      'Compact',
      '26 ffffffffffffffffff8100 00',
      'INVALID_DATA',
    ],
    ['an i16 out of range', 'Numbers', 'Compact', '34 808004 00', 'INVALID_DATA'],
    ['an end in a varint', 'Numbers', 'Compact', '15 80', 'TRUNCATED'],
    ['an end in a double', 'Numbers', 'Compact', '47 0000', 'TRUNCATED'],
    ['a field id out of range', 'Numbers', 'Compact', '05 808008 00 00', 'INVALID_DATA'],
    ['wire type 0 with an id', 'Numbers', 'Compact', '10 00', 'INVALID_DATA'],
    ['unknown wire type 14', 'Numbers', 'Compact', '1e 00', 'INVALID_DATA'],
    [
      'a skipped varint that never ends',
      'Empty',
      'Compact',
      '16 ffffffffffffffffffffff 00',
      'INVALID_DATA',
    ],
    ['a skipped list of many', 'Empty', 'Compact', '19 f3 ffffffff07 00', 'TRUNCATED'],
    ['a skipped map of many', 'Empty', 'Compact', '1b ffffffff07 33 00', 'TRUNCATED'],
  ])('refuses %s (%s, %s)', (_case, struct, protocol, bytes, reason) => {
    expect(failure(struct, protocol, hex(bytes))[0]).toBe(reason);
  });

  it('accepts an empty container whatever element type it names', () => {
    const binary = hex('0f 0002 00 00000000 0d 0003 00 00 00000000 00');
    expect(decode(engine.codec('Texts'), 'Binary', binary)).toMatchObject({ texts: [], map: {} });
    expect(decode(engine.codec('Texts'), 'Compact', hex('29 00 1b 00 00'))).toMatchObject({
      texts: [],
      map: {},
    });
  });

  it('reads bools in Compact containers of either element type, 0 and 2 as false', () => {
    const codec = engine.codec('Numbers');
    for (const header of ['41', '42']) {
      expect(decode(codec, 'Compact', hex(`69 ${header} 01 02 00 01 00`))).toMatchObject({
        bools: [true, false, false, true],
      });
    }
  });

  it('merges equal elements of a set', () => {
    const element = (value: string) => value.padStart(16, '0');
    const binary = hex(`0e 0004 0a 00000003 ${element('1')}${element('2')}${element('1')} 00`);
    expect(decode(engine.codec('Texts'), 'Binary', binary)).toMatchObject({ set: [1n, 2n] });
  });

  it('bounds containers of empty structs by the bytes that remain', () => {
    const codec = engine.codec('Numbers');
    expect(decode(codec, 'Binary', hex('0f 0007 0c 00000003 000000 00'))).toMatchObject({
      empties: [{}, {}, {}],
    });
    expect(failure('Numbers', 'Binary', hex('0f 0007 0c 00000005 000000 00'))[0]).toBe('TRUNCATED');
  });

  describe.each(PROTOCOLS)('depth (%s)', (protocol) => {
    const chain = (levels: number): object => {
      let tree: object = { leaf: 1 };
      for (let level = 1; level < levels; level += 1) {
        tree = { next: tree };
      }
      return tree;
    };
    const write = (struct: string, value: unknown) => encode(engine.codec(struct), protocol, value);

    it('reads 64 levels and refuses 65', () => {
      const struct = protocol === 'Binary' ? ['0c0002', '08000400000001'] : ['2c', '4502'];
      const nested = (levels: number) =>
        hex(struct[0]!.repeat(levels - 1) + struct[1]! + '00'.repeat(levels));
      expect(decode(engine.codec('Tree'), protocol, nested(64))).toBeDefined();
      expect(failure('Tree', protocol, nested(65))).toEqual([
        'DEPTH_LIMIT',
        'message is nested too deep',
      ]);
      // Unknown fields count as well.
      expect(decode(engine.codec('Empty'), protocol, nested(64))).toEqual({});
      expect(failure('Empty', protocol, nested(65))[0]).toBe('DEPTH_LIMIT');
    });

    it('counts containers', () => {
      const bytes = write('Deep', { lists: [[[1]]] });
      const read = (depth: number) =>
        engine.codec('Deep')[`read${protocol}`](new ReadBuffer(bytes, 0, bytes.length, depth));
      expect(read(4)).toEqual({ lists: [[[1]]] });
      expect(() => read(3)).toThrow('nested too deep');
      const skip = (depth: number) =>
        engine.codec('Empty')[`read${protocol}`](new ReadBuffer(bytes, 0, bytes.length, depth));
      expect(skip(4)).toEqual({});
      expect(() => skip(3)).toThrow('nested too deep');
    });

    it('writes what it would read, and nothing deeper', () => {
      expect(decode(engine.codec('Tree'), protocol, write('Tree', chain(64)))).toBeDefined();
      expect(() => write('Tree', chain(65))).toThrow('nested too deep, or contains itself');
      expect(() => write('Wrapper', { tree: chain(64) })).toThrow('nested too deep');
      const lists = (levels: number): object =>
        levels === 0 ? {} : { children: [lists(levels - 1)] };
      expect(decode(engine.codec('Tree'), protocol, write('Tree', lists(31)))).toBeDefined();
      expect(() => write('Tree', lists(32))).toThrow('Tree.children[0].children[0]');
    });

    it('refuses a value that contains itself', () => {
      const tree: Record<string, unknown> = {};
      tree['named'] = { me: tree };
      expect(() => write('Tree', tree)).toThrow('nested too deep, or contains itself');
    });
  });

  it('does not read the bytes of the next message', () => {
    const first = encode(engine.codec('Texts'), 'Binary', { text: 'abc' });
    const memory = Buffer.concat([first, first]);
    const input = new ReadBuffer(memory, 0, first.length - 1);
    expect(() => engine.codec('Texts').readBinary(input)).toThrow(ProtocolError);
  });
});

it.each(strict)('rejects strings that are not UTF-8 with strictUtf8 ($name)', (engine) => {
  const codec = engine.codec('Texts');
  const message = 'string is not valid UTF-8';
  expect(() => decode(codec, 'Binary', hex('0b 0001 00000001 ff 00'))).toThrow(message);
  expect(() =>
    decode(codec, 'Binary', hex('0d 0003 0b 08 00000001 00000001 ff 00000000 00')),
  ).toThrow(message);
  expect(() => decode(codec, 'Compact', hex('18 02 c328 00'))).toThrow(message);
  const value = { text: 'a real \uFFFD', texts: ['ü'.repeat(30)] };
  expect(decode(codec, 'Compact', encode(codec, 'Compact', value))).toMatchObject(value);
});

it.each(engines)('replaces bytes that are not UTF-8 by default ($name)', (engine) => {
  const value = decode(engine.codec('Texts'), 'Binary', hex('0b 0001 00000003 61ff62 00'));
  expect(value).toMatchObject({ text: 'a\uFFFDb' });
});
