import { BINARY_TYPES } from '../src/runtime/binary-types.js';
import { COMPACT_TYPES } from '../src/runtime/compact-types.js';
import type { Protocol } from './bytes.js';

const manyFields = (count: number, type: string): string =>
  Array.from(
    { length: count },
    (_, index) => `${index + 1}: optional ${type} f${index + 1}`,
  ).join();

/** What messages of few bytes per element become many objects of: `Bomb` holds each under the name of its bomb. */
export const BOMB_IDL = `
struct Empty {}
struct Wide { ${manyFields(100, 'i32')} }
struct Dictionary { ${manyFields(1100, 'i32')} }
struct Texts { ${manyFields(20, 'string')} }
struct OneInteger { 1: optional i64 value }
struct OneBinary { 1: optional binary value }
struct OneDouble { 1: optional double value }
struct OneString { 1: optional string value }
struct Defaults { 1: list<i32> list = [1, 2, 3, 4], 2: map<i32, i32> map = { 1: 2 } }
union Either { 1: i32 one, 2: i32 other }
exception Failure { 1: optional string text }
struct Tree { 1: optional list<Tree> children }

struct EmptyStructs { 1: list<Empty> value }
struct WideStructs { 1: list<Wide> value }
struct Dictionaries { 1: list<Dictionary> value }
struct TextStructs { 1: list<Texts> value }
struct IntegerStructs { 1: list<OneInteger> value }
struct BinaryStructs { 1: list<OneBinary> value }
struct DoubleStructs { 1: list<OneDouble> value }
struct StringStructs { 1: list<OneString> value }
struct DefaultStructs { 1: list<Defaults> value }
struct Unions { 1: list<Either> value }
struct Failures { 1: list<Failure> value }
struct Lists { 1: list<list<i8>> value }
struct Sets { 1: list<set<i32>> value }
struct Maps { 1: list<map<i32, i32>> value }
struct Records { 1: list<map<string, i32>> value }
struct Bytes { 1: list<i8> value }
struct Bools { 1: list<bool> value }
struct Integers { 1: list<i64> value }
struct Doubles { 1: list<double> value }
struct Strings { 1: list<string> value }
struct Binaries { 1: list<binary> value }
struct Uuids { 1: list<uuid> value }
struct IntegerSet { 1: set<i32> value }
struct BigintSet { 1: set<i64> value }
struct StringSet { 1: set<string> value }
struct IntegerMap { 1: map<i32, i32> value }
struct BigintMap { 1: map<i64, i64> value }
struct DoubleMap { 1: map<double, double> value }
struct BinaryMap { 1: map<binary, i32> value }
struct Record { 1: map<string, i32> value }
struct Forest { 1: list<Tree> value }
`;

type Kind = keyof typeof BINARY_TYPES;
/** Bytes of one element: the same for all, or made from its number. */
type Unit = Record<Protocol, string | ((index: number) => readonly number[])>;

interface Bomb {
  readonly struct: string;
  readonly container: 'list' | 'set' | 'map';
  readonly types: readonly [Kind, Kind?];
  readonly unit: Unit;
}

const same = (Binary: string, Compact = Binary): Unit => ({ Binary, Compact });

/** Little-endian in groups of seven bits; never negative. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) {
      return [...bytes, rest];
    }
    bytes.push((rest % 128) + 128);
  }
}

function word(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

function doubleOf(index: number): number[] {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(index + 0.5);
  return [...bytes];
}

/** Three letters or more, another text for each number. */
function text(index: number): number[] {
  return [...Buffer.from(index.toString(36).padStart(3, 'x'))];
}

const ZEROES = [0, 0, 0, 0];

export const BOMBS: readonly Bomb[] = [
  { struct: 'EmptyStructs', container: 'list', types: ['struct'], unit: same('00') },
  { struct: 'WideStructs', container: 'list', types: ['struct'], unit: same('00') },
  { struct: 'Dictionaries', container: 'list', types: ['struct'], unit: same('00') },
  { struct: 'TextStructs', container: 'list', types: ['struct'], unit: same('00') },
  { struct: 'DefaultStructs', container: 'list', types: ['struct'], unit: same('00') },
  { struct: 'Failures', container: 'list', types: ['struct'], unit: same('00') },
  {
    struct: 'IntegerStructs',
    container: 'list',
    types: ['struct'],
    unit: same('0a 0001 0000000000000007 00', '16 0e 00'),
  },
  {
    struct: 'BinaryStructs',
    container: 'list',
    types: ['struct'],
    unit: same('0b 0001 00000000 00', '18 00 00'),
  },
  {
    struct: 'DoubleStructs',
    container: 'list',
    types: ['struct'],
    unit: same('04 0001 3ff8000000000000 00', '17 3ff8000000000000 00'),
  },
  {
    struct: 'StringStructs',
    container: 'list',
    types: ['struct'],
    unit: same('0b 0001 00000002 6162 00', '18 02 6162 00'),
  },
  {
    struct: 'Unions',
    container: 'list',
    types: ['struct'],
    unit: same('08 0001 00000001 00', '15 02 00'),
  },
  { struct: 'Lists', container: 'list', types: ['list'], unit: same('03 00000000', '03') },
  { struct: 'Lists', container: 'list', types: ['list'], unit: same('03 00000001 01', '13 01') },
  { struct: 'Sets', container: 'list', types: ['set'], unit: same('08 00000000', '05') },
  { struct: 'Maps', container: 'list', types: ['map'], unit: same('08 08 00000000', '00') },
  {
    struct: 'Maps',
    container: 'list',
    types: ['map'],
    unit: same('08 08 00000001 00000000 00000000', '01 55 00 00'),
  },
  { struct: 'Records', container: 'list', types: ['map'], unit: same('0b 08 00000000', '00') },
  {
    struct: 'Records',
    container: 'list',
    types: ['map'],
    unit: same('0b 08 00000001 00000001 61 00000000', '01 85 01 61 00'),
  },
  {
    struct: 'Records',
    container: 'list',
    types: ['map'],
    unit: {
      Binary: (index) => [
        11,
        8,
        ...word(1),
        ...word(text(index).length),
        ...text(index),
        ...ZEROES,
      ],
      Compact: (index) => [1, 0x85, text(index).length, ...text(index), 0],
    },
  },
  { struct: 'Bytes', container: 'list', types: ['i8'], unit: same('07') },
  { struct: 'Bools', container: 'list', types: ['bool'], unit: same('01') },
  { struct: 'Integers', container: 'list', types: ['i64'], unit: same('0000000000000007', '0e') },
  { struct: 'Doubles', container: 'list', types: ['double'], unit: same('3ff8000000000000') },
  { struct: 'Strings', container: 'list', types: ['string'], unit: same('00000000', '00') },
  {
    struct: 'Strings',
    container: 'list',
    types: ['string'],
    unit: same('00000002 6162', '02 6162'),
  },
  {
    struct: 'Strings',
    container: 'list',
    types: ['string'],
    unit: same('00000003 e4b8ad', '03 e4b8ad'),
  },
  { struct: 'Binaries', container: 'list', types: ['binary'], unit: same('00000000', '00') },
  { struct: 'Binaries', container: 'list', types: ['binary'], unit: same('00000001 07', '01 07') },
  {
    struct: 'Uuids',
    container: 'list',
    types: ['uuid'],
    unit: same('00112233445566778899aabbccddeeff'),
  },
  {
    struct: 'IntegerSet',
    container: 'set',
    types: ['i32'],
    unit: { Binary: word, Compact: varint },
  },
  {
    struct: 'BigintSet',
    container: 'set',
    types: ['i64'],
    unit: { Binary: (index) => [...ZEROES, ...word(index)], Compact: varint },
  },
  {
    struct: 'StringSet',
    container: 'set',
    types: ['string'],
    unit: {
      Binary: (index) => [...word(text(index).length), ...text(index)],
      Compact: (index) => [text(index).length, ...text(index)],
    },
  },
  {
    struct: 'IntegerMap',
    container: 'map',
    types: ['i32', 'i32'],
    unit: {
      Binary: (index) => [...word(index), ...ZEROES],
      Compact: (index) => [...varint(index), 0],
    },
  },
  {
    struct: 'BigintMap',
    container: 'map',
    types: ['i64', 'i64'],
    unit: {
      Binary: (index) => [...ZEROES, ...word(index), ...ZEROES, ...ZEROES],
      Compact: (index) => [...varint(index), 0],
    },
  },
  {
    struct: 'DoubleMap',
    container: 'map',
    types: ['double', 'double'],
    unit: {
      Binary: (index) => [...doubleOf(index), ...doubleOf(1)],
      Compact: (index) => [...doubleOf(index).reverse(), ...doubleOf(1).reverse()],
    },
  },
  {
    struct: 'BinaryMap',
    container: 'map',
    types: ['binary', 'i32'],
    unit: same('00000001 07 00000000', '01 07 00'),
  },
  {
    struct: 'Record',
    container: 'map',
    types: ['string', 'i32'],
    unit: {
      Binary: (index) => [...word(text(index).length), ...text(index), ...ZEROES],
      Compact: (index) => [text(index).length, ...text(index), 0],
    },
  },
  {
    // Keys that V8 keeps as elements of the object, with gaps between them.
    struct: 'Record',
    container: 'map',
    types: ['string', 'i32'],
    unit: {
      Binary: (index) => [...word(8), ...Buffer.from(String(10_000_000 + index * 9)), ...ZEROES],
      Compact: (index) => [8, ...Buffer.from(String(10_000_000 + index * 9)), 0],
    },
  },
  {
    struct: 'Forest',
    container: 'list',
    types: ['struct'],
    unit: same('0f 0001 0c 00000004 00 00 00 00 00', '19 4c 00 00 00 00 00'),
  },
];

/** The message of a bomb, of about `size` bytes. */
export function bombBytes(
  { container, types, unit }: Bomb,
  protocol: Protocol,
  size: number,
): Buffer {
  const make = unit[protocol];
  const elements = Buffer.alloc(size);
  let length = 0;
  let count = 0;
  if (typeof make === 'string') {
    const bytes = Buffer.from(make.replaceAll(' ', ''), 'hex');
    count = Math.floor(size / bytes.length);
    length = count * bytes.length;
    elements.fill(bytes, 0, length);
  } else {
    for (; length + 64 < size; count += 1) {
      for (const byte of make(count)) {
        elements[length] = byte;
        length += 1;
      }
    }
  }
  const head = Buffer.from(header(container, types, protocol, count));
  return Buffer.concat([head, elements.subarray(0, length), Buffer.alloc(1)]);
}

function header(
  container: Bomb['container'],
  [first, second]: Bomb['types'],
  protocol: Protocol,
  count: number,
): number[] {
  if (protocol === 'Binary') {
    const types = [first, second].flatMap((kind) => (kind ? [BINARY_TYPES[kind]] : []));
    return [BINARY_TYPES[container], 0, 1, ...types, ...word(count)];
  }
  const field = 0x10 | COMPACT_TYPES[container];
  return second
    ? [field, ...varint(count), (COMPACT_TYPES[first] << 4) | COMPACT_TYPES[second]]
    : [field, 0xf0 | COMPACT_TYPES[first], ...varint(count)];
}
