import { Type, uint32, varint } from './thrift-bytes.js';

const I32_ENTRY_BYTES = 8;
const LONG_ENTRY_BYTES = 12;
const LONG_BYTES = 8;
const LENGTH_BYTES = 4;

/** A `map<i32, i32>` in Binary; the values are 0. */
export function intMap(keys: Iterable<number>): Buffer {
  const list = [...keys];
  const bytes = Buffer.alloc(list.length * I32_ENTRY_BYTES);
  list.forEach((key, index) => bytes.writeInt32BE(key, index * I32_ENTRY_BYTES));
  return Buffer.concat([Buffer.of(Type.I32, Type.I32), uint32(list.length), bytes]);
}

/** A `set<i32>` in Binary. */
export function intSet(keys: Iterable<number>): Buffer {
  const list = [...keys];
  const bytes = Buffer.alloc(list.length * 4);
  list.forEach((key, index) => bytes.writeInt32BE(key, index * 4));
  return Buffer.concat([Buffer.of(Type.I32), uint32(list.length), bytes]);
}

/** A `map<i64, i32>` in Binary. */
export function longMap(keys: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(keys.length * LONG_ENTRY_BYTES);
  keys.forEach((key, index) => bytes.writeBigInt64BE(key, index * LONG_ENTRY_BYTES));
  return Buffer.concat([Buffer.of(Type.I64, Type.I32), uint32(keys.length), bytes]);
}

/** A `map<double, i32>` in Binary. */
export function doubleMap(keys: readonly number[]): Buffer {
  const bytes = Buffer.alloc(keys.length * LONG_ENTRY_BYTES);
  keys.forEach((key, index) => bytes.writeDoubleBE(key, index * LONG_ENTRY_BYTES));
  return Buffer.concat([Buffer.of(Type.DOUBLE, Type.I32), uint32(keys.length), bytes]);
}

/** A `set<i64>` in Compact. */
export function compactLongSet(keys: readonly bigint[]): Buffer {
  const parts = [Buffer.of(0xf6), varint(keys.length)];
  for (const key of keys) {
    parts.push(zigzag(key));
  }
  return Buffer.concat(parts);
}

/** A `list<map<i32, i32>>` in Binary. */
export function listOfIntMaps(maps: readonly (readonly number[])[]): Buffer {
  return Buffer.concat([Buffer.of(Type.MAP), uint32(maps.length), ...maps.map(intMap)]);
}

/** A `list<string>` in Binary, `bytes` long altogether. */
export function listOfTexts(bytes: number, textBytes: number): Buffer {
  const entry = Buffer.concat([uint32(textBytes), Buffer.alloc(textBytes, 'abcdefgh')]);
  const count = Math.floor(bytes / (LENGTH_BYTES + textBytes));
  const content = Buffer.alloc(count * entry.length, entry);
  return Buffer.concat([Buffer.of(Type.STRING), uint32(count), content]);
}

/** A `list<Leaf>` in Binary whose structs have their field set. */
export function listOfFullLeaves(count: number): Buffer {
  const leaf = Buffer.of(Type.I32, 0, 1, 0, 0, 0, LONG_BYTES, 0);
  const content = Buffer.alloc(count * leaf.length, leaf);
  return Buffer.concat([Buffer.of(Type.STRUCT), uint32(count), content]);
}

/** A list in Binary of elements that are one byte of 0 each. */
export function listOfZeros(elementType: number, count: number): Buffer {
  return Buffer.concat([Buffer.of(elementType), uint32(count), Buffer.alloc(count)]);
}

/** A list in Compact of elements that are one byte of 0 each: empty structs, lists and maps. */
export function compactListOfZeros(elementType: number, count: number): Buffer {
  return Buffer.concat([Buffer.of(0xf0 | elementType), varint(count), Buffer.alloc(count)]);
}

function zigzag(value: bigint): Buffer {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return Buffer.from([...bytes, Number(rest)]);
}
