/** Names of types as records of the wire have them. */
const NAMES: Readonly<Record<number, string>> = {
  2: 'bool',
  3: 'i8',
  4: 'double',
  6: 'i16',
  8: 'i32',
  10: 'i64',
  11: 'string',
  12: 'struct',
  13: 'map',
  14: 'set',
  15: 'list',
};
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Shows a struct of the Binary protocol as `{ "id:type": value }`: which fields were on the wire, and in which type. */
export function dumpStruct(bytes: Buffer): Record<string, unknown> {
  let at = 0;
  return fields();

  function take(length: number): Buffer {
    if (length < 0 || at + length > bytes.length) {
      throw new RangeError(`the struct ends before ${length} more bytes`);
    }
    at += length;
    return bytes.subarray(at - length, at);
  }

  function fields(): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (let type = take(1)[0]!; type !== 0; type = take(1)[0]!) {
      const id = take(2).readInt16BE();
      values[`${id}:${NAMES[type]}`] = value(type);
    }
    return values;
  }

  function value(type: number): unknown {
    switch (type) {
      case 2:
        return take(1)[0] !== 0;
      case 3:
        return take(1).readInt8();
      case 4: {
        const double = take(8).readDoubleBE();
        return Number.isFinite(double) ? double : String(double);
      }
      case 6:
        return take(2).readInt16BE();
      case 8:
        return take(4).readInt32BE();
      case 10:
        return `i64 ${take(8).readBigInt64BE()}`;
      case 11:
        return textOf(take(take(4).readInt32BE()));
      case 12:
        return fields();
      case 13:
        return entries();
      default: {
        const element = take(1)[0]!;
        const length = take(4).readInt32BE();
        const items = Array.from({ length }, () => value(element));
        return [`${NAMES[type]}<${NAMES[element]}>`, ...items];
      }
    }
  }

  function entries(): Record<string, unknown> {
    const [key, item] = [take(1)[0]!, take(1)[0]!];
    const length = take(4).readInt32BE();
    const map = Object.create(null) as Record<string, unknown>;
    map[''] = `map<${NAMES[key]},${NAMES[item]}>`;
    for (let index = 0; index < length; index += 1) {
      map[String(value(key))] = value(item);
    }
    return map;
  }
}

function textOf(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return `hex:${bytes.toString('hex')}`;
  }
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** The bytes of an i64. */
export const u64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
};

/** The bytes of a string. */
export const str = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([u32(bytes.length), bytes]);
};

/** A field of any type. */
export const field = (type: number, id: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([type, id >> 8, id & 255]), value]);

/** A struct of fields. */
export const struct = (...fields: readonly Buffer[]): Buffer =>
  Buffer.concat([...fields, Buffer.from([0])]);

/** A field of a bool. */
export const bool = (id: number, value: boolean): Buffer =>
  field(2, id, Buffer.from([value ? 1 : 0]));

/** A field of a double. */
export const double = (id: number, value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return field(4, id, bytes);
};

/** A field of an i32. */
export const i32 = (id: number, value: number): Buffer => field(8, id, u32(value));

/** A field of an i64. */
export const i64 = (id: number, value: bigint): Buffer => field(10, id, u64(value));

/** A field of a string or of binary. */
export const string = (id: number, value: string | Buffer): Buffer => field(11, id, str(value));

/** A field of a struct. */
export const nested = (id: number, ...fields: readonly Buffer[]): Buffer =>
  field(12, id, struct(...fields));

/** A field of a list (15) or set (14). */
export const list = (
  type: 14 | 15,
  id: number,
  element: number,
  ...items: readonly Buffer[]
): Buffer => field(type, id, Buffer.concat([Buffer.from([element]), u32(items.length), ...items]));

/** A field of a map with one entry. */
export const map = (id: number, keyType: number, valueType: number, key: Buffer, value: Buffer) =>
  field(13, id, Buffer.concat([Buffer.from([keyType, valueType]), u32(1), key, value]));
