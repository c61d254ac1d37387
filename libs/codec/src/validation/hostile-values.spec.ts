import fc from 'fast-check';
import * as check from './index.js';

interface Node {
  readonly next?: Node;
  readonly list?: readonly unknown[];
}

const NodeSchema: check.ThriftSchema<Node> = check.struct<Node>(
  () => ({
    next: check.optional(NodeSchema.check),
    list: check.optional(check.list(check.i32())),
    text: check.optional(check.string(check.maxSize((fields) => check.lengthOf(fields['list'])))),
    count: check.optional(check.i64String(check.gt((fields) => check.mod(fields['list'], 0)))),
    named: check.optional(
      check.string(
        check.equals((fields) => check.sprintf('%s-%d', fields['text'], fields['count'])),
      ),
    ),
    set: check.optional(check.set(check.uuid())),
    map: check.optional(
      check.map(check.bool(), check.binary(check.prefix('x'), check.pattern(/x/u))),
    ),
    record: check.optional(check.record(check.string(), check.double(check.le(1)))),
  }),
  (fields) => check.equal(check.add(fields['count'], fields['text']), fields['list']),
);

function issuesOf(value: unknown): readonly { readonly message: string }[] {
  const result = NodeSchema['~standard'].validate(value);
  if (result instanceof Promise) {
    throw new Error('is synchronous');
  }
  return result.issues ?? [];
}

describe('a validator', () => {
  it('throws at no value whatever', () => {
    const anything = fc.anything({
      withBigInt: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
    });
    const fields = ['next', 'list', 'text', 'count', 'named', 'set', 'map', 'record'];
    const node = fc.dictionary(fc.constantFrom(...fields), anything);

    fc.assert(
      fc.property(fc.oneof(anything, node), (value) => {
        expect(() => issuesOf(value)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });

  it('ends in a circle', () => {
    const node: { next?: unknown } = {};
    node.next = node;

    expect(issuesOf(node)).toEqual([
      expect.objectContaining({ message: 'must not be nested more than 64 levels deep' }),
    ]);
  });

  it('stops at a hundred issues', () => {
    const list = Array.from({ length: 1_000_000 }, () => 'x');

    expect(issuesOf({ list })).toHaveLength(100);
  });

  it('takes nothing that every object inherits for a field', () => {
    const schema = check.struct(() => ({ toString: check.required(check.string()) }));

    expect(schema['~standard'].validate({})).toMatchObject({
      issues: [{ message: 'is required' }],
    });
    expect(schema['~standard'].validate({ toString: 'x' })).toEqual({ value: { toString: 'x' } });
  });
});
