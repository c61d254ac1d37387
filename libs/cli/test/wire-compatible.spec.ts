import fc from 'fast-check';
import { compileSchema, type CompiledSchema } from '@nestjs-thrift/codec/compiler';
import { compareSchemas, loadSchemaFromText } from '@nestjs-thrift/idl';
import { decode, encode, PROTOCOLS } from './support/codecs.js';

/** Types by what the IDL calls them, each with values. */
const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  i32: fc.integer({ min: 0, max: 2 }),
  i64: fc.bigInt({ min: -5n, max: 5n }),
  string: fc.constantFrom('', 'text'),
  State: fc.constantFrom(0, 1, 2),
  Code: fc.integer({ min: 0, max: 2 }),
  'list<i32>': fc.constantFrom([], [1, 2]),
  'list<State>': fc.constantFrom([], [1, 2]),
  'set<i32>': fc.constantFrom([], [1, 2]),
  'map<string, i64>': fc.constantFrom({}, { a: 1n }),
  First: fc.constant({ id: 7 }),
  Second: fc.constant({ number: 7 }),
  Third: fc.constant({ id: 'x' }),
  Fourth: fc.constantFrom({}, { id: 7 }),
};

const DEFINITIONS = `
  enum State { NEW = 0 PAID = 1 SENT = 2 }
  typedef i32 Code
  struct First { 1: required i32 id }
  struct Second { 1: required i32 number }
  struct Third { 1: required string id }
  struct Fourth { 1: optional i32 id }
`;

interface Field {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly requiredness: '' | 'required' | 'optional';
}

type Values = Record<string, unknown>;

const fields = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 1, max: 4 }),
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    type: fc.constantFrom(...Object.keys(VALUES)),
    requiredness: fc.constantFrom('' as const, 'required' as const, 'optional' as const),
  }),
  { maxLength: 4, comparator: (a, b) => a.id === b.id || a.name === b.name },
);

/** Fields of two versions: the second one is like the first but for a few changes, for else all would differ. */
const versions = fields.chain((old) =>
  fc.record({
    old: fc.constant(old),
    now: fc
      .tuple(
        fc.array(fc.boolean(), { minLength: old.length, maxLength: old.length }),
        fc.array(
          fc.record({
            type: fc.option(fc.constantFrom(...Object.keys(VALUES)), { freq: 3, nil: undefined }),
            requiredness: fc.option(
              fc.constantFrom('' as const, 'required' as const, 'optional' as const),
              {
                freq: 3,
                nil: undefined,
              },
            ),
          }),
          { minLength: old.length, maxLength: old.length },
        ),
        fields,
      )
      .map(([kept, changes, added]) => {
        const changed = old.flatMap((field, index): Field[] => {
          const { type = field.type, requiredness = field.requiredness } = changes[index] ?? {};
          return kept[index] ? [{ ...field, type, requiredness }] : [];
        });
        const free = added.filter(
          ({ id, name }) => !changed.some((field) => field.id === id || field.name === name),
        );
        return [...changed, ...free];
      }),
  }),
);

function textOf(of: readonly Field[]): string {
  const lines = of.map(
    ({ id, name, type, requiredness }) => `${id}: ${requiredness} ${type} ${name}`,
  );
  return `${DEFINITIONS} struct A { ${lines.join('\n')} }`;
}

function valuesOf(of: readonly Field[]): fc.Arbitrary<Values> {
  const entries = of.map(({ name, type, requiredness }) => {
    const value = VALUES[type]!;
    return [
      name,
      requiredness === 'required' ? value : fc.option(value, { nil: undefined }),
    ] as const;
  });
  return fc.record(Object.fromEntries(entries));
}

const example = versions.chain(({ old, now }) =>
  fc.record({
    old: fc.constant(old),
    now: fc.constant(now),
    oldValues: valuesOf(old),
    newValues: valuesOf(now),
  }),
);

/** Passes values on, and gives what was written and what was read of the fields that both versions have, by id. */
function pass(
  values: Values,
  [from, fromFields]: readonly [CompiledSchema, readonly Field[]],
  [to, toFields]: readonly [CompiledSchema, readonly Field[]],
): [written: unknown[], read: unknown[]][] {
  return PROTOCOLS.map((protocol) => {
    const read = decode(
      to.struct('A'),
      encode(from.struct('A'), values, protocol),
      protocol,
    ) as Values;
    const shared = fromFields.flatMap((field) => {
      const other = toFields.find(({ id }) => id === field.id);
      return other === undefined ? [] : [[field, other] as const];
    });
    return [
      shared.map(([field]) => contentOf(values[field.name])),
      shared.map(([, other]) => contentOf(read[other.name])),
    ];
  });
}

/** Names of fields inside do not travel, nor do fields that are not set. */
function contentOf(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return value;
  }
  return Object.values(value).filter((content) => content !== undefined);
}

describe('versions between which nothing wire-breaking is found', () => {
  it('read what the other version wrote', () => {
    let compatible = 0;
    fc.assert(
      fc.property(example, ({ old, now, oldValues, newValues }) => {
        const [before, after] = [textOf(old), textOf(now)].map((text) => loadSchemaFromText(text));
        const found = compareSchemas(before!, after!);
        if (found.some(({ rule }) => rule.level === 'wire-breaking')) {
          return;
        }
        compatible += 1;
        const oldVersion = [compileSchema(before!), old] as const;
        const newVersion = [compileSchema(after!), now] as const;
        for (const [written, read] of pass(oldValues, oldVersion, newVersion)) {
          expect(read).toEqual(written);
        }
        for (const [written, read] of pass(newValues, newVersion, oldVersion)) {
          expect(read).toEqual(written);
        }
      }),
      { numRuns: 1500 },
    );
    expect(compatible).toBeGreaterThan(100);
  });
});
