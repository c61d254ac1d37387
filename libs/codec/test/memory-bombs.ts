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

struct Small { 1: required i64 id, 2: required string name, 3: optional i32 age }
struct Smalls { 1: list<Small> value }
`;

type Kind = keyof typeof BINARY_TYPES;
/** Writes the element of a number at a position; returns the one behind it. */
type WriteElement = (bytes: Buffer, position: number, index: number) => number;
/** One element in hexadecimal, the same for all, or what writes them. */
type Unit = Record<Protocol, string | WriteElement>;

interface Bomb {
  readonly struct: string;
  readonly container: 'list' | 'set' | 'map';
  readonly types: readonly [Kind, Kind?];
  readonly unit: Unit;
}

const same = (Binary: string, Compact = Binary): Unit => ({ Binary, Compact });

/** Elements of several parts. */
function parts(...writers: readonly WriteElement[]): WriteElement {
  return (bytes, position, index) => writers.reduce((p, write) => write(bytes, p, index), position);
}

/** The number, little-endian in groups of seven bits. */
const varint: WriteElement = (bytes, position, index) => {
  let p = position;
  let rest = index;
  for (; rest >= 0x80; p += 1) {
    bytes[p] = rest | 0x80;
    rest >>>= 7;
  }
  bytes[p] = rest;
  return p + 1;
};
const i32: WriteElement = (bytes, p, index) => bytes.writeInt32BE(index, p);
const double: WriteElement = (bytes, p, index) => bytes.writeDoubleBE(index + 0.5, p);
const doubleOfCompact: WriteElement = (bytes, p, index) => bytes.writeDoubleLE(index + 0.5, p);
const zeroes =
  (count: number): WriteElement =>
  (_, p) =>
    p + count;
const constant =
  (...values: readonly number[]): WriteElement =>
  (bytes, p) => {
    bytes.set(values, p);
    return p + values.length;
  };

const LETTERS = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const DIGIT_ZERO = 0x30;

/** Four letters and digits, other ones for each number, behind their length. */
const key = (Binary: boolean): WriteElement =>
  parts(constant(...(Binary ? [0, 0, 0, 4] : [4])), (bytes, p, index) => {
    for (let at = 0; at < 4; at += 1) {
      bytes[p + at] = LETTERS[(index >> (6 * at)) & 63]!;
    }
    return p + 4;
  });
/** Keys that V8 keeps as elements of the object, with gaps between them. */
const numericKey = (Binary: boolean): WriteElement =>
  parts(constant(...(Binary ? [0, 0, 0, 8] : [8])), (bytes, p, index) => {
    let rest = 10_000_000 + index * 9;
    for (let at = 7; at >= 0; at -= 1) {
      bytes[p + at] = DIGIT_ZERO + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    return p + 8;
  });

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
      Binary: parts(constant(11, 8, 0, 0, 0, 1), key(true), zeroes(4)),
      Compact: parts(constant(1, 0x85), key(false), zeroes(1)),
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
    unit: { Binary: i32, Compact: varint },
  },
  {
    struct: 'BigintSet',
    container: 'set',
    types: ['i64'],
    unit: { Binary: parts(zeroes(4), i32), Compact: varint },
  },
  {
    struct: 'StringSet',
    container: 'set',
    types: ['string'],
    unit: {
      Binary: key(true),
      Compact: key(false),
    },
  },
  {
    struct: 'IntegerMap',
    container: 'map',
    types: ['i32', 'i32'],
    unit: {
      Binary: parts(i32, zeroes(4)),
      Compact: parts(varint, zeroes(1)),
    },
  },
  {
    struct: 'BigintMap',
    container: 'map',
    types: ['i64', 'i64'],
    unit: {
      Binary: parts(zeroes(4), i32, zeroes(8)),
      Compact: parts(varint, zeroes(1)),
    },
  },
  {
    struct: 'DoubleMap',
    container: 'map',
    types: ['double', 'double'],
    unit: {
      Binary: parts(double, double),
      Compact: parts(doubleOfCompact, doubleOfCompact),
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
      Binary: parts(key(true), zeroes(4)),
      Compact: parts(key(false), zeroes(1)),
    },
  },
  {
    struct: 'Record',
    container: 'map',
    types: ['string', 'i32'],
    unit: {
      Binary: parts(numericKey(true), zeroes(4)),
      Compact: parts(numericKey(false), zeroes(1)),
    },
  },
  {
    struct: 'Forest',
    container: 'list',
    types: ['struct'],
    unit: same('0f 0001 0c 00000004 00 00 00 00 00', '19 4c 00 00 00 00 00'),
  },
];

/** Large messages as applications send them, which no limit may reject: 16 MiB of strings, a million small structs. */
export const LARGE: readonly (Bomb & { readonly bytes: Readonly<Record<Protocol, number>> })[] = [
  {
    struct: 'Strings',
    container: 'list',
    types: ['string'],
    unit: same(`00000020 ${'61'.repeat(32)}`, `20 ${'61'.repeat(32)}`),
    bytes: { Binary: 2 ** 19 * 36, Compact: 2 ** 19 * 33 },
  },
  {
    struct: 'Smalls',
    container: 'list',
    types: ['struct'],
    unit: same('0a 0001 0000000000000007 0b 0002 00000003 616263 00', '16 0e 18 03 616263 00'),
    bytes: { Binary: 22_000_000, Compact: 8_000_000 },
  },
];

/** The message of a bomb, of about `size` bytes. */
export function bombBytes(
  { container, types, unit }: Bomb,
  protocol: Protocol,
  size: number,
): Buffer {
  const elements = Buffer.alloc(size);
  const [length, count] = writeElements(elements, unit[protocol]);
  const head = header(container, types, protocol, count);
  return Buffer.concat([head, elements.subarray(0, length), Buffer.alloc(1)]);
}

/** Fills the memory with elements; returns their bytes and their number. */
function writeElements(elements: Buffer, unit: string | WriteElement): [number, number] {
  if (typeof unit === 'string') {
    const bytes = Buffer.from(unit.replaceAll(' ', ''), 'hex');
    const count = Math.floor(elements.length / bytes.length);
    elements.fill(bytes, 0, count * bytes.length);
    return [count * bytes.length, count];
  }
  let count = 0;
  let p = 0;
  for (; p + 64 < elements.length; count += 1) {
    p = unit(elements, p, count);
  }
  return [p, count];
}

function header(
  container: Bomb['container'],
  types: Bomb['types'],
  protocol: Protocol,
  count: number,
): Buffer {
  const [first, second] = types;
  if (protocol === 'Binary') {
    const wireTypes = [first, second].flatMap((kind) => (kind ? [BINARY_TYPES[kind]] : []));
    const bytes = Buffer.from([BINARY_TYPES[container], 0, 1, ...wireTypes, 0, 0, 0, 0]);
    bytes.writeInt32BE(count, bytes.length - 4);
    return bytes;
  }
  const bytes = Buffer.alloc(16);
  bytes[0] = 0x10 | COMPACT_TYPES[container];
  if (second) {
    const end = varint(bytes, 1, count);
    bytes[end] = (COMPACT_TYPES[first] << 4) | COMPACT_TYPES[second];
    return bytes.subarray(0, end + 1);
  }
  bytes[1] = 0xf0 | COMPACT_TYPES[first];
  return bytes.subarray(0, varint(bytes, 2, count));
}
