import {
  decode,
  encode,
  hex,
  PROTOCOLS,
  roundTrip,
  type Protocol,
} from '../../../codec/test/bytes.js';
import { allEngines } from '../file-engine.js';
import { ProtocolError, ThriftException } from '@nestjs-thrift/codec';

const IDL = `
enum Color { RED = 1, BLUE = 2 }
struct Empty {}
struct Inner { 1: optional string label = "none", 2: optional list<i32> numbers = [1, 2] }
struct Current {
  1: required string name,
  2: optional i32 count,
  3: i64 size = 5,
  4: list<string> tags = ["a"],
  5: map<string, i32> limits = {"x": 1, "__proto__": 2},
  6: Inner inner = {"label": "given"},
  7: Color color = Color.BLUE,
  8: double ratio = -1.5,
  9: binary bytes = "abc",
  10: map<i32, bool> switches = {1: true},
  11: set<string> words = ["w"],
  12: bool flag = true,
  13: optional uuid id = "00112233-4455-6677-8899-aabbccddeeff",
  14: required i32 level = 3
}
struct Newer {
  1: string name, 20: string text, 21: i64 long, 22: list<list<string>> lists, 23: map<string, Inner> maps,
  24: Inner inner, 25: bool yes, 26: bool no, 27: double real, 28: uuid id, 29: set<bool> bools, 30: i8 byte,
  31: i16 short, 32: map<i64, double> fixed, 33: list<Empty> empties, 14: i32 level
}
struct Renumbered { 1: i32 name, 2: string count, 3: bool size, 14: i32 level }
struct NameOnly { 1: string name }
union Choice { 1: string text, 2: i64 number, 3: bool flag, 4: Inner inner, 5: list<i32> list }
union WiderChoice { 1: string text, 9: string unknown }
union Holder { 1: Choice choice }
union WiderHolder { 1: WiderChoice choice }
struct Nothing {}
struct NeedsChoice { 1: required Choice choice }
struct Chooser {
  1: optional Choice choice, 2: list<Choice> choices, 3: map<string, Choice> byName, 4: map<i32, Choice> byId, 5: i32 after
}
struct NilChooser { 1: Nothing choice, 5: i32 after }
struct WiderChooser {
  1: WiderChoice choice, 2: list<WiderChoice> choices, 3: map<string, WiderChoice> byName, 4: map<i32, WiderChoice> byId
}
exception Failure { 1: string message, 2: i32 code, 3: optional string detail = "d" }
exception Odd { 1: optional string name, 2: optional i32 cause, 3: string stack }
struct Names {
  1: optional string constructor, 2: optional string toString, 3: optional string __proto__,
  4: optional string hasOwnProperty, 5: optional i32 value, 6: optional i32 p, 7: optional i32 bytes
}
`;

const engines = await allEngines(IDL);
const cases = engines.flatMap((engine) =>
  PROTOCOLS.map((protocol) => ({ engine, protocol, name: `${engine.name}, ${protocol}` })),
);

describe.each(cases)('fields ($name)', ({ engine, protocol }) => {
  const write = (struct: string, value: unknown) => encode(engine.codec(struct), protocol, value);
  const read = (struct: string, bytes: Uint8Array) =>
    decode(engine.codec(struct), protocol, bytes) as Record<string, unknown>;

  it('refuses to write without a required field, even one with a default', () => {
    expect(() => write('Current', { level: 1 })).toThrow('Current.name: required field is missing');
    expect(() => write('Current', { name: 'n' })).toThrow(
      'Current.level: required field is missing',
    );
  });

  it('refuses to read without a required field', () => {
    const bytes = write('NameOnly', { name: 'n' });
    expect(() => read('Current', bytes)).toThrow(ProtocolError);
    expect(() => read('Current', bytes)).toThrow('Current.level: required field is missing');
  });

  it('applies defaults to what is absent', () => {
    const value = read('Current', write('Newer', { name: 'n', level: 1 }));
    expect(value).toStrictEqual({
      name: 'n',
      count: undefined,
      size: 5n,
      tags: ['a'],
      limits: JSON.parse('{"x":1,"__proto__":2}') as object,
      inner: { label: 'given', numbers: [1, 2] },
      color: 2,
      ratio: -1.5,
      bytes: Buffer.from('abc'),
      switches: new Map([[1, true]]),
      words: ['w'],
      flag: true,
      id: '00112233-4455-6677-8899-aabbccddeeff',
      level: 1,
    });
    expect(Object.keys(value['limits'] as object)).toEqual(['x', '__proto__']);
  });

  it('makes a fresh copy of a default each time', () => {
    const bytes = write('Newer', { name: 'n', level: 1 });
    const first = read('Current', bytes);
    (first['tags'] as string[]).push('changed');
    (first['bytes'] as Buffer)[0] = 0;
    (first['inner'] as { numbers: number[] }).numbers.push(9);
    const second = read('Current', bytes);
    expect(second['tags']).toEqual(['a']);
    expect(second['bytes']).toEqual(Buffer.from('abc'));
    expect(second['inner']).toEqual({ label: 'given', numbers: [1, 2] });
  });

  it('does not write defaults: the reader applies its own', () => {
    const bytes = write('Current', { name: 'n', level: 1 });
    expect(bytes).toEqual(write('Newer', { name: 'n', level: 1 }));
  });

  it('skips unknown fields of every type', () => {
    const bytes = write('Newer', {
      name: 'n',
      text: 'x'.repeat(300),
      long: -1n,
      lists: [['a'], [], ['b', 'c']],
      maps: { a: { label: 'l', numbers: [1] }, b: {} },
      inner: {},
      yes: true,
      no: false,
      real: 1.5,
      id: '00112233-4455-6677-8899-aabbccddeeff',
      bools: [true, false],
      byte: 1,
      short: 300,
      fixed: new Map([[1n, 0.5]]),
      empties: [{}, {}],
      level: 7,
    });
    expect(read('Current', bytes)).toMatchObject({ name: 'n', level: 7 });
    expect(read('Empty', bytes)).toStrictEqual({});
  });

  it('skips fields that come with another type than the schema says', () => {
    const bytes = write('Renumbered', { name: 5, count: 'five', size: true, level: 7 });
    expect(read('Newer', bytes)).toMatchObject({ name: undefined, level: 7 });
    expect(() => read('Current', bytes)).toThrow('Current.name: required field is missing');
    const other = write('Newer', { name: 'n', level: 7 });
    expect(read('Renumbered', other)).toStrictEqual({
      name: undefined,
      count: undefined,
      size: undefined,
      level: 7,
    });
  });

  it('lets the last of several occurrences of a field win', () => {
    const twice = { Binary: '0b00010000000161 0b00010000000162 00', Compact: '180161 08020162 00' };
    expect(read('NameOnly', hex(twice[protocol]))).toEqual({ name: 'b' });
  });

  it('lets the last occurrence of a field win also if that is a union without a known member', () => {
    const twice = {
      Binary: '0c0001 0b00010000000161 00 0c0001 00 00',
      Compact: '1c 180161 00 0c02 00 00',
    };
    expect(read('Chooser', hex(twice[protocol]))).toMatchObject({ choice: undefined });
  });

  it.each([
    { text: '' },
    { number: 0n },
    { flag: false },
    { flag: true },
    { inner: { label: 'l', numbers: [] } },
    { list: [] },
  ])('keeps a union of one field: %j', (value) => {
    expect(roundTrip(engine.codec('Choice'), protocol, value)).toStrictEqual(value);
    expect(roundTrip(engine.codec('Holder'), protocol, { choice: value })).toStrictEqual({
      choice: value,
    });
  });

  it('reads a union without a known member as absent, in a container as an empty object', () => {
    const bytes = (struct: string, value: unknown) => write(struct, value);
    const unknown = { unknown: 'x' };
    for (const choice of [{}, unknown]) {
      const written = Object.keys(choice).length === 0 ? 'Nothing' : 'WiderChoice';
      expect(read('Choice', bytes(written, choice))).toBeUndefined();
    }
    expect(read('Chooser', bytes('NilChooser', { choice: {}, after: 1 }))).toMatchObject({
      choice: undefined,
      after: 1,
    });
    expect(
      read(
        'Chooser',
        bytes('WiderChooser', { choice: unknown, choices: [unknown, { text: 'a' }] }),
      ),
    ).toMatchObject({ choice: undefined, choices: [{}, { text: 'a' }] });
    expect(
      read(
        'Chooser',
        bytes('WiderChooser', { byName: { a: unknown }, byId: new Map([[1, unknown]]) }),
      ),
    ).toMatchObject({ byName: { a: {} }, byId: new Map([[1, {}]]) });
    expect(read('Holder', bytes('WiderHolder', { choice: unknown }))).toBeUndefined();
    expect(() => read('NeedsChoice', bytes('WiderHolder', { choice: unknown }))).toThrow(
      'NeedsChoice.choice: required field is missing',
    );
    expect(() => write('Chooser', { choices: [{}] })).toThrow('exactly one field set, not 0');
  });

  it('refuses a union with several fields, and to write one with none', () => {
    expect(() => write('Choice', {})).toThrow('Choice: a union needs exactly one field set, not 0');
    expect(() => write('Holder', { choice: { text: 'a', flag: false } })).toThrow(
      'Holder.choice: a union needs exactly one field set, not 2',
    );
    const problem = 'Choice: a union has one field, and several came';
    const known = write('Newer', { name: 'n', text: 'ignored' });
    expect(read('Choice', known)).toEqual({ text: 'n' });
    const several = { Binary: '0b00010000000161 0200030100', Compact: '180161 2100' };
    expect(() => read('Choice', hex(several[protocol]))).toThrow(problem);
  });

  it('reads an exception as an instance of its class', () => {
    const Failure = engine.exception('Failure');
    const thrown = new Failure({ message: 'no', code: 7 });
    expect(thrown).toMatchObject({ name: 'Failure', message: 'no', code: 7, detail: 'd' });
    const received = read('Failure', write('Failure', thrown));
    expect(received).toBeInstanceOf(Failure);
    expect(received).toBeInstanceOf(ThriftException);
    expect(received).toBeInstanceOf(Error);
    expect(received).toMatchObject({ name: 'Failure', message: 'no', code: 7, detail: 'd' });
    expect((received as unknown as Error).stack).toContain('Failure: no');
    expect(read('Failure', write('Failure', { code: 1 }))).toMatchObject({ message: '', code: 1 });
  });

  it('keeps exception fields that Error has too', () => {
    const Odd = engine.exception('Odd');
    const odd = read('Odd', write('Odd', new Odd({ cause: 3, stack: 'trace' })));
    expect(odd).toMatchObject({ name: '', cause: 3, stack: 'trace' });
  });

  it('keeps fields named like inherited properties apart from those', () => {
    const codec = engine.codec('Names');
    const empty = roundTrip(codec, protocol, {}) as object;
    expect(Object.keys(empty)).toContain('constructor');
    expect(Object.values(empty)).toEqual(Array.from({ length: 7 }, () => undefined));
    const value = JSON.parse(
      '{"constructor":"a","toString":"b","__proto__":"c","hasOwnProperty":"d","value":1,"p":2,"bytes":3}',
    ) as object;
    const read = roundTrip(codec, protocol, value) as object;
    expect(Object.entries(read)).toEqual(Object.entries(value));
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  it('reads nothing but the struct and stops behind it', () => {
    const bytes = write('NameOnly', { name: 'n' });
    expect(() => read('NameOnly', Buffer.concat([bytes, hex('00')]))).toThrow('1 bytes were left');
  });
});

it('writes the same bytes with all engines', () => {
  const value = { name: 'n', level: -7, tags: ['x'], switches: new Map([[5, false]]), flag: false };
  const bytes = (protocol: Protocol) =>
    engines.map((engine) => encode(engine.codec('Current'), protocol, value).toString('hex'));
  expect(new Set(bytes('Binary')).size).toBe(1);
  expect(new Set(bytes('Compact')).size).toBe(1);
});
