import {
  bigintHalves,
  bigintOf,
  doubleHalves,
  doubles,
  HIGH,
  LOW,
  numberOf,
  splitI64,
} from './halves.js';

const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The 16 bytes of a UUID in canonical text; false when the value is none. The caller has made room. */
export function putUuid(bytes: Buffer, p: number, value: unknown): boolean {
  if (typeof value !== 'string' || !CANONICAL.test(value)) {
    return false;
  }
  bytes.write(value.replaceAll('-', ''), p, 'hex');
  return true;
}

/** A UUID in canonical lower-case text. The caller has checked that 16 bytes are there. */
export function readUuid(bytes: Buffer, p: number): string {
  const hex = bytes.toString('hex', p, p + 16);
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return `${groups.join('-')}-${hex.slice(20)}`;
}

const DECIMAL = /^-?\d{1,19}$/;

/** Decimal text as a bigint, anything else as it is: for codecs that represent i64 by strings. */
export function i64FromText(value: unknown): unknown {
  return typeof value === 'string' && DECIMAL.test(value) ? BigInt(value) : value;
}

/** Big-endian 32 bits. The caller has made room. */
export function putI32(bytes: Uint8Array, p: number, value: number): void {
  bytes[p] = value >> 24;
  bytes[p + 1] = value >> 16;
  bytes[p + 2] = value >> 8;
  bytes[p + 3] = value;
}

/** Big-endian 64 bits of a bigint or a safe integer; false when the value is not an i64. The caller has made room. */
export function putI64(bytes: Uint8Array, p: number, value: unknown): boolean {
  if (!splitI64(value)) {
    return false;
  }
  putI32(bytes, p, bigintHalves[HIGH]!);
  putI32(bytes, p + 4, bigintHalves[LOW]!);
  return true;
}

/** Big-endian 32 bits. The caller has checked that they are there. */
export function readI32(bytes: Uint8Array, p: number): number {
  return (bytes[p]! << 24) | (bytes[p + 1]! << 16) | (bytes[p + 2]! << 8) | bytes[p + 3]!;
}

/** Big-endian double. The caller has checked that it is there. */
export function readDouble(bytes: Uint8Array, p: number): number {
  doubleHalves[HIGH] = readI32(bytes, p);
  doubleHalves[LOW] = readI32(bytes, p + 4);
  return doubles[0]!;
}

/** Little-endian double, as Compact has it. The caller has checked that it is there. */
export function readDoubleLittleEndian(bytes: Uint8Array, p: number): number {
  doubleHalves[LOW] =
    bytes[p]! | (bytes[p + 1]! << 8) | (bytes[p + 2]! << 16) | (bytes[p + 3]! << 24);
  doubleHalves[HIGH] =
    bytes[p + 4]! | (bytes[p + 5]! << 8) | (bytes[p + 6]! << 16) | (bytes[p + 7]! << 24);
  return doubles[0]!;
}

/** Big-endian i64. The caller has checked that it is there, as for the two below. */
export function readBigint(bytes: Uint8Array, p: number): bigint {
  return bigintOf(readI32(bytes, p), readI32(bytes, p + 4));
}

/** As {@link readBigint}, as a number; rejects values that are not safe integers. */
export function readSafeInteger(bytes: Uint8Array, p: number): number {
  return numberOf(readI32(bytes, p), readI32(bytes, p + 4));
}

/** As {@link readBigint}, as decimal text. */
export function readDecimal(bytes: Uint8Array, p: number): string {
  return readBigint(bytes, p).toString();
}
