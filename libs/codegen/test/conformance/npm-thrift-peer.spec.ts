import { loadNpmThrift } from '#test/npm-thrift.js';
import { allEngines } from '../file-engine.js';
import { decode, encode, PROTOCOLS } from '../../../codec/test/bytes.js';

/** A protocol object of npm thrift; reading and writing goes through its methods by name. */
type NpmProtocol = Record<string, (...args: unknown[]) => unknown>;

/** What is used of npm thrift; its own types lack some of it. */
interface NpmThrift {
  readonly TFramedTransport: new (
    input?: Buffer,
    onFlush?: (message: Buffer) => void,
  ) => { flush(): void };
  readonly TBinaryProtocol: new (transport: object) => NpmProtocol;
  readonly TCompactProtocol: new (transport: object) => NpmProtocol;
  readonly Int64: new (high: Buffer) => { readonly buffer: Buffer; readonly offset: number };
}

const thrift = await loadNpmThrift<NpmThrift>();

/** Type ids that npm thrift's protocols take. */
const T = {
  bool: 2,
  i8: 3,
  double: 4,
  i16: 6,
  i32: 8,
  i64: 10,
  string: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
  uuid: 16,
};

const IDL = `
struct Inner { 1: string label, 2: i32 number }
struct Value {
  1: bool yes, 2: bool no, 3: i8 byte, 4: i16 short, 5: i32 int, 6: i64 long, 7: double real, 8: string text,
  9: binary bytes, 10: uuid id, 11: Inner inner, 12: list<i32> numbers, 13: set<string> words,
  14: map<string, i64> counts, 15: map<i32, Inner> inners, 16: list<list<double>> grid, 30: i32 far, 400: string farther
}`;

const value = {
  yes: true,
  no: false,
  byte: -7,
  short: -12_345,
  int: 1_234_567_890,
  long: -1_234_567_890_123_456_789n,
  real: 1234.5678,
  text: 'Grüße, 世界 😀',
  bytes: Buffer.from([0, 1, 254, 255]),
  id: '00112233-4455-6677-8899-aabbccddeeff',
  inner: { label: 'inside', number: -1 },
  numbers: Array.from({ length: 20 }, (_, index) => 1000 - index * 1000),
  words: ['one', 'two'],
  counts: { a: 1n, b: 2n ** 62n },
  inners: new Map([[5, { label: 'five', number: 5 }]]),
  grid: [[0.5], [], [1e300, -2]],
  far: 30,
  farther: 'x'.repeat(300),
};

function int64(long: bigint): object {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(long);
  return new thrift.Int64(bytes);
}

function bigint(long: { readonly buffer: Buffer; readonly offset: number }): bigint {
  return Buffer.from(long.buffer).readBigInt64BE(long.offset);
}

/** Writes the value by hand, call by call, as generated code of Apache does. */
function writeByHand(p: NpmProtocol): void {
  const field = (name: string, type: number, id: number, write: () => void) => {
    p['writeFieldBegin']!(name, type, id);
    write();
    p['writeFieldEnd']!();
  };
  const inner = ({ label, number }: { label: string; number: number }) => {
    p['writeStructBegin']!('Inner');
    field('label', T.string, 1, () => p['writeString']!(label));
    field('number', T.i32, 2, () => p['writeI32']!(number));
    p['writeFieldStop']!();
    p['writeStructEnd']!();
  };
  p['writeStructBegin']!('Value');
  field('yes', T.bool, 1, () => p['writeBool']!(value.yes));
  field('no', T.bool, 2, () => p['writeBool']!(value.no));
  field('byte', T.i8, 3, () => p['writeByte']!(value.byte));
  field('short', T.i16, 4, () => p['writeI16']!(value.short));
  field('int', T.i32, 5, () => p['writeI32']!(value.int));
  field('long', T.i64, 6, () => p['writeI64']!(int64(value.long)));
  field('real', T.double, 7, () => p['writeDouble']!(value.real));
  field('text', T.string, 8, () => p['writeString']!(value.text));
  field('bytes', T.string, 9, () => p['writeBinary']!(value.bytes));
  field('id', T.uuid, 10, () => p['writeUuid']!(value.id));
  field('inner', T.struct, 11, () => inner(value.inner));
  field('numbers', T.list, 12, () => {
    p['writeListBegin']!(T.i32, value.numbers.length);
    for (const number of value.numbers) {
      p['writeI32']!(number);
    }
  });
  field('words', T.set, 13, () => {
    p['writeSetBegin']!(T.string, value.words.length);
    for (const word of value.words) {
      p['writeString']!(word);
    }
  });
  field('counts', T.map, 14, () => {
    p['writeMapBegin']!(T.string, T.i64, 2);
    for (const [key, count] of Object.entries(value.counts)) {
      p['writeString']!(key);
      p['writeI64']!(int64(count));
    }
  });
  field('inners', T.map, 15, () => {
    p['writeMapBegin']!(T.i32, T.struct, 1);
    p['writeI32']!(5);
    inner(value.inners.get(5)!);
  });
  field('grid', T.list, 16, () => {
    p['writeListBegin']!(T.list, value.grid.length);
    for (const row of value.grid) {
      p['writeListBegin']!(T.double, row.length);
      for (const cell of row) {
        p['writeDouble']!(cell);
      }
    }
  });
  field('far', T.i32, 30, () => p['writeI32']!(value.far));
  field('farther', T.string, 400, () => p['writeString']!(value.farther));
  p['writeFieldStop']!();
  p['writeStructEnd']!();
}

type Header = { readonly ftype: number; readonly fid: number };
type Count = { readonly size: number };

function readFields(p: NpmProtocol, readers: Readonly<Record<number, () => unknown>>): unknown[] {
  const values: unknown[] = [];
  p['readStructBegin']!();
  for (;;) {
    const { ftype, fid } = p['readFieldBegin']!() as Header;
    if (ftype === 0) {
      break;
    }
    values.push(readers[fid]!());
    p['readFieldEnd']!();
  }
  p['readStructEnd']!();
  return values;
}

function readTimes<E>(size: number, read: () => E): E[] {
  return Array.from({ length: size }, read);
}

function readByHand(p: NpmProtocol): unknown[] {
  const i64 = () => bigint(p['readI64']!() as { buffer: Buffer; offset: number });
  const inner = () => readFields(p, { 1: () => p['readString']!(), 2: () => p['readI32']!() });
  return readFields(p, {
    1: () => p['readBool']!(),
    2: () => p['readBool']!(),
    3: () => p['readByte']!(),
    4: () => p['readI16']!(),
    5: () => p['readI32']!(),
    6: i64,
    7: () => p['readDouble']!(),
    8: () => p['readString']!(),
    9: () => p['readBinary']!(),
    10: () => p['readUuid']!(),
    11: inner,
    12: () => readTimes((p['readListBegin']!() as Count).size, () => p['readI32']!()),
    13: () => readTimes((p['readSetBegin']!() as Count).size, () => p['readString']!()),
    14: () => readTimes((p['readMapBegin']!() as Count).size, () => [p['readString']!(), i64()]),
    15: () => readTimes((p['readMapBegin']!() as Count).size, () => [p['readI32']!(), inner()]),
    16: () =>
      readTimes((p['readListBegin']!() as Count).size, () =>
        readTimes((p['readListBegin']!() as Count).size, () => p['readDouble']!()),
      ),
    30: () => p['readI32']!(),
    400: () => p['readString']!(),
  });
}

const engines = await allEngines(IDL);
const cases = engines.flatMap((engine) =>
  PROTOCOLS.map((protocol) => ({ engine, protocol, name: `${engine.name}, ${protocol}` })),
);

describe.each(cases)('against npm thrift ($name)', ({ engine, protocol }) => {
  const Protocol = thrift[`T${protocol}Protocol`];
  const codec = engine.codec('Value');

  it('writes the same bytes and reads theirs', () => {
    let theirs: Buffer = Buffer.alloc(0);
    const transport = new thrift.TFramedTransport(undefined, (frame) => {
      theirs = frame.subarray(4);
    });
    writeByHand(new Protocol(transport));
    transport.flush();
    expect(encode(codec, protocol, value).toString('hex')).toBe(theirs.toString('hex'));
    expect(decode(codec, protocol, theirs)).toStrictEqual(value);
  });

  it('writes what they read', () => {
    const bytes = encode(codec, protocol, value);
    const read = readByHand(new Protocol(new thrift.TFramedTransport(bytes)));
    const inFieldOrder = {
      ...value,
      inner: ['inside', -1],
      counts: Object.entries(value.counts),
      inners: [[5, ['five', 5]]],
    };
    expect(read).toEqual(Object.values(inFieldOrder));
  });
});
