import { compileSchema, type CompiledSchema } from '@nestjs-thrift/codec/compiler';
import {
  compareSchemas,
  COMPATIBILITY_RULES,
  loadSchemaFromText,
  type Schema,
} from '@nestjs-thrift/idl';
import { ClientTransport, createClient, ServerTransport } from '@nestjs-thrift/transport';
import { decode, encode, PROTOCOLS, type Protocol } from './support/codecs.js';

type Fields = Record<string, unknown>;
type Client = Record<string, (...args: unknown[]) => Promise<unknown>>;
type Handler = (...args: unknown[]) => unknown;

const failing: Handler = () => {
  throw new Error('it failed');
};

/** The two versions of an example, compiled. */
interface Versions {
  readonly old: CompiledSchema;
  readonly now: CompiledSchema;
}

/** What one version writes of its A, as the other version reads it. */
function pass(from: CompiledSchema, to: CompiledSchema, value: Fields, protocol: Protocol): Fields {
  return decode(to.struct('A'), encode(from.struct('A'), value, protocol), protocol) as Fields;
}

/** The same for the result of method f of service S. */
function passResult(
  from: CompiledSchema,
  to: CompiledSchema,
  value: Fields,
  protocol: Protocol,
): Fields {
  const resultOf = (schema: CompiledSchema) => schema.service('S').methods['f']!.result;
  return decode(resultOf(to), encode(resultOf(from), value, protocol), protocol) as Fields;
}

interface ByteExample {
  readonly rule: string;
  readonly before: string;
  readonly after: string;
  readonly show: (versions: Versions, protocol: Protocol) => void;
}

const BYTE_EXAMPLES: readonly ByteExample[] = [
  {
    rule: 'field-id-changed',
    before: 'struct A { 1: optional i32 age }',
    after: 'struct A { 2: optional i32 age }',
    show: ({ old, now }, protocol) => {
      expect(pass(old, now, { age: 7 }, protocol)['age']).toBeUndefined();
      expect(pass(now, old, { age: 7 }, protocol)['age']).toBeUndefined();
    },
  },
  {
    rule: 'field-id-reused',
    before: 'struct A { 1: optional i32 price }',
    after: 'struct A { 1: optional i32 pieces 2: optional i32 price }',
    show: ({ old, now }, protocol) => {
      const read = pass(old, now, { price: 500 }, protocol);
      expect([read['pieces'], read['price']]).toEqual([500, undefined]);
    },
  },
  {
    rule: 'field-id-reused',
    before: 'struct A { 1: optional i32 price }',
    after: 'struct A { 1: optional string name }',
    show: ({ old, now }, protocol) => {
      expect(pass(old, now, { price: 500 }, protocol)['name']).toBeUndefined();
    },
  },
  {
    rule: 'field-type-changed',
    before: 'struct A { 1: optional i32 count }',
    after: 'struct A { 1: optional i64 count }',
    show: ({ old, now }, protocol) => {
      expect(pass(old, now, { count: 7 }, protocol)['count']).toBeUndefined();
      expect(pass(now, old, { count: 7n }, protocol)['count']).toBeUndefined();
    },
  },
  {
    rule: 'field-type-changed',
    before: 'struct A { 1: required string id }',
    after: 'struct A { 1: required i64 id }',
    show: ({ old, now }, protocol) => {
      expect(() => pass(old, now, { id: '7' }, protocol)).toThrow(/id/);
    },
  },
  {
    rule: 'field-type-changed',
    before: 'struct A { 1: optional list<i32> counts }',
    after: 'struct A { 1: optional list<string> counts }',
    show: ({ old, now }, protocol) => {
      expect(() => pass(old, now, { counts: [1, 2] }, protocol)).toThrow(/container of wire type/);
    },
  },
  {
    rule: 'required-field-added',
    before: 'struct A { 1: optional i32 a }',
    after: 'struct A { 1: optional i32 a 2: required i32 b }',
    show: ({ old, now }, protocol) => {
      expect(() => pass(old, now, { a: 1 }, protocol)).toThrow(/b/);
    },
  },
  {
    rule: 'required-field-removed',
    before: 'struct A { 1: optional i32 a 2: required i32 b }',
    after: 'struct A { 1: optional i32 a }',
    show: ({ old, now }, protocol) => {
      expect(() => pass(now, old, { a: 1 }, protocol)).toThrow(/b/);
    },
  },
  {
    rule: 'field-made-required',
    before: 'struct A { 1: optional i32 a }',
    after: 'struct A { 1: required i32 a }',
    show: ({ old, now }, protocol) => {
      expect(() => pass(old, now, {}, protocol)).toThrow(/a/);
    },
  },
  {
    rule: 'field-no-longer-required',
    before: 'struct A { 1: required i32 a }',
    after: 'struct A { 1: optional i32 a }',
    show: ({ old, now }, protocol) => {
      expect(() => pass(now, old, {}, protocol)).toThrow(/a/);
    },
  },
  {
    rule: 'union-member-added',
    before: 'union A { 1: i32 number }',
    after: 'union A { 1: i32 number 2: string text }',
    show: ({ old, now }, protocol) => {
      expect(pass(now, old, { text: 'x' }, protocol)).toBeUndefined();
    },
  },
  {
    rule: 'union-member-removed',
    before: 'union A { 1: i32 number 2: string text }',
    after: 'union A { 1: i32 number }',
    show: ({ old, now }, protocol) => {
      expect(pass(old, now, { text: 'x' }, protocol)).toBeUndefined();
    },
  },
  {
    rule: 'union-changed',
    before: 'struct A { 1: optional i32 number 2: optional string text }',
    after: 'union A { 1: i32 number 2: string text }',
    show: ({ old, now }, protocol) => {
      expect(() => pass(old, now, { number: 1, text: 'x' }, protocol)).toThrow(/union/);
      expect(pass(old, now, {}, protocol)).toBeUndefined();
    },
  },
  {
    rule: 'typedef-type-changed',
    before: 'typedef i32 Id struct A { 1: optional Id id }',
    after: 'typedef i64 Id struct A { 1: optional Id id }',
    show: ({ old, now }, protocol) => {
      expect(pass(old, now, { id: 7 }, protocol)['id']).toBeUndefined();
    },
  },
  {
    rule: 'enum-member-renumbered',
    before: 'enum State { NEW = 0 PAID = 1 SENT = 2 } struct A { 1: optional State state }',
    after: 'enum State { NEW = 0 SENT = 1 PAID = 2 } struct A { 1: optional State state }',
    show: ({ old, now }, protocol) => {
      const read = pass(old, now, { state: old.enum('State')['PAID'] }, protocol);
      expect(read['state']).toBe(now.enum('State')['SENT']);
    },
  },
  {
    rule: 'enum-value-reused',
    before: 'enum State { NEW = 0 PAID = 1 } struct A { 1: optional State state }',
    after: 'enum State { NEW = 0 CANCELLED = 1 } struct A { 1: optional State state }',
    show: ({ old, now }, protocol) => {
      const read = pass(old, now, { state: old.enum('State')['PAID'] }, protocol);
      expect(read['state']).toBe(now.enum('State')['CANCELLED']);
    },
  },
  {
    rule: 'result-type-changed',
    before: 'service S { i32 f() }',
    after: 'service S { string f() }',
    show: ({ old, now }, protocol) => {
      expect(passResult(old, now, { success: 7 }, protocol)['success']).toBeUndefined();
      expect(passResult(now, old, { success: '7' }, protocol)['success']).toBeUndefined();
    },
  },
  {
    rule: 'exception-added',
    before: 'exception Gone { 1: string message } service S { i32 f() }',
    after: 'exception Gone { 1: string message } service S { i32 f() throws (1: Gone gone) }',
    show: ({ old, now }, protocol) => {
      const gone = new (now.exception('Gone'))({ message: 'no' });
      expect(passResult(now, old, { gone }, protocol)).toEqual({ success: undefined });
    },
  },
  {
    rule: 'exception-removed',
    before: 'exception Gone { 1: string message } service S { i32 f() throws (1: Gone gone) }',
    after: 'exception Gone { 1: string message } service S { i32 f() }',
    show: ({ old, now }, protocol) => {
      const gone = new (old.exception('Gone'))({ message: 'no' });
      expect(passResult(old, now, { gone }, protocol)).toEqual({ success: undefined });
    },
  },
];

interface CallExample {
  readonly rule: string;
  readonly before: string;
  readonly after: string;
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Service of the new version, if it is another one. */
  readonly serves?: string;
  /** Sees a client of the old version fail at a server of the new one. */
  readonly show: (client: Client) => Promise<void>;
}

const CALL_EXAMPLES: readonly CallExample[] = [
  {
    rule: 'method-stream-changed',
    before: 'struct A {} service S { A f(1: A a) }',
    after: 'struct A {} service S { A f(1: A a) (streaming.mode = "server") }',
    handlers: { f: failing },
    show: async (client) => {
      await expect(client['f']!({})).rejects.toThrow('S.f is a streaming method: open a stream');
    },
  },
  {
    rule: 'method-removed',
    before: 'service S { i32 f() i32 g() }',
    after: 'service S { i32 g() }',
    handlers: { g: () => 1 },
    show: async (client) => {
      await expect(client['f']!()).rejects.toThrow(/unknown method f/);
      await expect(client['g']!()).resolves.toBe(1);
    },
  },
  {
    rule: 'service-removed',
    before: 'service S { i32 f() } service T { i32 g() }',
    after: 'service T { i32 g() }',
    serves: 'T',
    handlers: { g: () => 1 },
    show: async (client) => {
      await expect(client['f']!()).rejects.toThrow(/unknown (method|service)/);
    },
  },
  {
    rule: 'method-oneway-changed',
    before: 'service S { void f() }',
    after: 'service S { oneway void f() }',
    handlers: { f: failing },
    show: async (client) => {
      await expect(client['f']!()).rejects.toThrow(/was not answered within/);
    },
  },
  {
    rule: 'method-oneway-changed',
    before: 'service S { oneway void f() }',
    after: 'service S { void f() }',
    handlers: { f: failing },
    show: async (client) => {
      // The handler failed, and no caller is notified.
      await expect(client['f']!()).resolves.toBeUndefined();
    },
  },
  {
    rule: 'exception-added',
    before: 'exception Gone { 1: string message } service S { void f() }',
    after: 'exception Gone { 1: string message } service S { void f() throws (1: Gone gone) }',
    handlers: {},
    show: async (client) => {
      await expect(client['f']!()).resolves.toBeUndefined();
    },
  },
];

function schemas({ before, after }: { before: string; after: string }): {
  old: Schema;
  now: Schema;
} {
  return { old: loadSchemaFromText(before), now: loadSchemaFromText(after) };
}

function rulesOf({ old, now }: { old: Schema; now: Schema }): string[] {
  return compareSchemas(old, now).map(({ rule }) => rule.name);
}

describe('what breaks the wire', () => {
  describe.each(PROTOCOLS)('in the %s protocol', (protocol) => {
    it.each(BYTE_EXAMPLES.map((example) => [example.rule, example.after, example] as const))(
      '%s: %s',
      (rule, _, example) => {
        const { old, now } = schemas(example);

        expect(rulesOf({ old, now })).toContain(rule);
        example.show({ old: compileSchema(old), now: compileSchema(now) }, protocol);
      },
    );
  });

  describe('between a client of the old version and a server of the new one', () => {
    it.each(CALL_EXAMPLES.map((example) => [example.rule, example.after, example] as const))(
      '%s: %s',
      async (rule, _, example) => {
        const { old, now } = schemas(example);
        const served = compileSchema(now);
        const definition = served.service(example.serves ?? 'S');
        const gone: Handler = () => {
          throw new (served.exception('Gone'))({ message: 'no' });
        };
        const handlers = { f: gone, ...example.handlers };
        const server = new ServerTransport([{ definition, handlers }], {
          port: 0,
          host: '127.0.0.1',
        });
        await server.listen();
        const transport = new ClientTransport();
        const client = createClient(compileSchema(old).service<Client>('S'), {
          transport,
          endpoints: [server.address],
          timeoutMs: 1000,
        });
        try {
          expect(rulesOf({ old, now })).toContain(rule);
          await example.show(client);
        } finally {
          transport.destroy();
          await server.close({ drainTimeoutMs: 0 });
        }
      },
    );
  });

  it('has an example of every rule of that level', () => {
    const shown = [...BYTE_EXAMPLES, ...CALL_EXAMPLES].map(({ rule }) => rule);
    // Rules of HTTP routes break the clients of a gateway; Thrift peers see nothing of them.
    const rules = COMPATIBILITY_RULES.filter(
      ({ level, name }) => level === 'wire-breaking' && !name.startsWith('http-'),
    );

    expect([...new Set(shown)].sort()).toEqual(rules.map(({ name }) => name).sort());
  });
});
