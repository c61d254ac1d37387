import { loadSchemaFromText } from '@nestjs-thrift/idl';
import fc from 'fast-check';
import { Random } from '#test/random.js';
import { bulkReader, encode, PROTOCOLS, type Protocol } from '../../../codec/test/bytes.js';
import { runTimeEngines, type Engine } from '../../../codec/test/engines.js';
import { ProtocolError } from '@nestjs-thrift/codec';
import { ReadBuffer } from '@nestjs-thrift/codec/wire';

const IDL = `
enum Status { ACTIVE = 1 }
union Choice { 1: string text, 2: i64 number, 3: list<Choice> choices }
exception Failure { 1: string message, 2: i32 code }
struct Node {
  1: required i64 id, 2: string name, 3: list<Node> children, 4: map<string, string> labels, 5: set<i32> numbers,
  6: map<i32, list<bool>> flags, 7: Choice choice, 8: Failure failure, 9: binary bytes, 10: uuid uuid,
  11: double real, 12: Status status, 13: list<list<i16>> shorts, 14: bool yes, 15: i8 byte
}
struct Unknown { 99: bool nothing }
`;

const value = {
  id: 5n,
  name: 'a name',
  children: [
    { id: 6n, name: 'ü', labels: { a: 'b' }, choice: { text: 'x' } },
    { id: -7n, children: [{ id: 8n }], numbers: [1, 2, 3] },
  ],
  labels: { one: '1', two: '2', ['a longer key, not kept in any table']: '3' },
  numbers: [100, -100_000],
  flags: new Map([
    [1, [true, false]],
    [2, []],
  ]),
  choice: { choices: [{ number: 1n }, { text: '' }] },
  failure: { message: 'no', code: 5 },
  bytes: Buffer.from([1, 2, 3]),
  uuid: '00112233-4455-6677-8899-aabbccddeeff',
  real: 1.25,
  status: 1,
  shorts: [[1, -1], [300]],
  yes: true,
  byte: -1,
};

// Most mutants end in an error, and its stack is not used.
Error.stackTraceLimit = 0;

const [code, interpreter] = runTimeEngines(loadSchemaFromText(IDL));

/** Mutations in all: half of each protocol. */
const MUTATIONS = 100_000;

/** One mutant in so many is also given to the interpreter, which is slower, and to a reader without known fields. */
const COMPARED = 4;

/** Objects, elements and characters a decoder may make of one byte; a struct of one byte has all its fields. */
const PARTS_PER_BYTE = 17;

describe.each(PROTOCOLS)('broken messages (%s)', (protocol) => {
  const bytes = encode(code.codec('Node'), protocol, value);

  it('ends every truncation in an error', () => {
    for (let length = 0; length < bytes.length; length += 1) {
      const truncated = bytes.subarray(0, length);
      for (const engine of [code, interpreter]) {
        for (const struct of ['Node', 'Unknown']) {
          expect(outcome(engine, struct, protocol, truncated)).toMatch(/^error /);
        }
      }
      expect(outcome(code, 'Node', protocol, truncated, bulkReader)).toMatch(/^error /);
    }
  });

  it('ends every mutation in a value or a typed error, the same from both engines', () => {
    let values = 0;
    const [seed] = fc.sample(fc.nat(), 1);
    let turn = 0;
    for (const mutant of mutants(bytes, MUTATIONS / PROTOCOLS.length, seed!)) {
      const result = outcome(code, 'Node', protocol, mutant);
      if (result.startsWith('value')) {
        values += 1;
      }
      turn += 1;
      if (turn % COMPARED !== 0) {
        continue;
      }
      if (result !== outcome(interpreter, 'Node', protocol, mutant)) {
        throw new Error(`engines differ for ${mutant.toString('hex')}`);
      }
      if (result !== outcome(code, 'Node', protocol, mutant, bulkReader)) {
        throw new Error(`strings in bulk differ for ${mutant.toString('hex')}`);
      }
      outcome(code, 'Unknown', protocol, mutant);
    }
    // Both kinds of end must occur, or the test would show nothing.
    expect(values).toBeGreaterThan(1000);
    expect(values).toBeLessThan((0.9 * MUTATIONS) / PROTOCOLS.length);
  }, 120_000);
});

/** A decoded value as text, or the error that it ended in; any other error fails the test. */
function outcome(
  engine: Engine,
  struct: string,
  protocol: Protocol,
  bytes: Buffer,
  reader: (bytes: Buffer) => ReadBuffer = (whole) => new ReadBuffer(whole),
): string {
  try {
    const decoded = engine.codec(struct)[`read${protocol}`](reader(bytes));
    const parts = { count: 0 };
    const text = render(decoded, parts);
    if (parts.count > PARTS_PER_BYTE * (bytes.length + 1)) {
      throw new Error(`${bytes.length} bytes became ${parts.count} parts`);
    }
    return `value ${text}`;
  } catch (error) {
    if (!(error instanceof ProtocolError)) {
      throw error;
    }
    return `error ${error.reason} ${error.message}`;
  }
}

/** Text for a value, with its parts counted. */
function render(part: unknown, parts: { count: number }): string {
  parts.count += 1;
  if (typeof part === 'string') {
    parts.count += part.length;
    return JSON.stringify(part);
  }
  if (typeof part !== 'object' || part === null) {
    return Object.is(part, -0) ? '-0' : String(part);
  }
  if (Buffer.isBuffer(part)) {
    return part.toString('hex');
  }
  if (part instanceof Map) {
    return render([...part], parts);
  }
  return `{${Object.entries(part)
    .map(([key, item]) => `${key}:${render(item, parts)}`)
    .join()}}`;
}

/** Copies of a message with one to four bytes changed, put in, left out or swapped for telling ones. */
function* mutants(bytes: Buffer, count: number, seed: number): Generator<Buffer> {
  // Drawing each number through fast-check would take most of the time.
  const random = new Random(seed);
  for (let made = 0; made < count; made += 1) {
    const mutant = [...bytes];
    for (let edits = 1 + random.below(4); edits > 0; edits -= 1) {
      edit(mutant, random);
    }
    yield Buffer.from(mutant);
  }
}

const TELLING_BYTES = [0x00, 0x7f, 0x80, 0xff];

function edit(mutant: number[], random: Random): void {
  const index = random.below(mutant.length);
  const byte = random.below(256);
  const edits = [
    () => (mutant[index] = byte),
    () => (mutant[index]! ^= 1 << (byte & 7)),
    () => (mutant[index] = TELLING_BYTES[byte & 3]!),
    () => mutant.splice(index, 0, byte),
    () => mutant.splice(index, 1 + (byte & 3)),
  ];
  random.pick(edits)();
}
