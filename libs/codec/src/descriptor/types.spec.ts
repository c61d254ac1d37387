import type { StructShape } from '../definition/shape.js';
import { unaryMethod } from '#test/methods.js';
import * as t from './index.js';

const QUERY = { 'api.query': ['page', 'p'] };

describe('annotations of a field', () => {
  it.each([
    ['required', t.required],
    ['optional', t.optional],
    ['field', t.field],
  ])('are those that %s was given, next to a default', (_name, make) => {
    expect(make(1, t.i32, { annotations: QUERY })).not.toHaveProperty('defaultValue');
    expect(make(1, t.i32, { annotations: QUERY })).toMatchObject({ annotations: QUERY });
    expect(make(1, t.i32, { default: 0, annotations: QUERY })).toMatchObject({
      annotations: QUERY,
      defaultValue: 0,
    });
  });

  it('are an empty object where there are none, as those of a method', () => {
    expect(t.optional(1, t.i32)).toMatchObject({ annotations: {} });
    expect(t.optional(1, t.i32, { default: 0 })).toMatchObject({ annotations: {} });
  });

  it('are read from the fields of a struct', () => {
    const Page = t.struct('Page', () => ({ size: t.optional(1, t.i32, { annotations: QUERY }) }));

    expect(Page.fields.map(({ name, annotations }) => [name, annotations])).toEqual([
      ['size', QUERY],
    ]);
  });

  it('are read from the arguments and the result of a method', () => {
    const Missing = t.exception(
      'Missing',
      () => t.ThriftException,
      () => ({}),
    );
    const Pages = t.service('Pages', () => ({
      get: {
        input: { size: t.field(1, t.i32, { annotations: QUERY }) },
        output: t.i32,
        throws: { missing: t.optional(1, Missing, { annotations: { note: ['gone'] } }) },
      },
    }));
    const { args, result } = unaryMethod(Pages, 'get');
    const read = (codec: unknown) =>
      (codec as StructShape).fields.map(({ name, annotations }) => [name, annotations]);

    expect(read(args)).toEqual([['size', QUERY]]);
    expect(read(result)).toEqual([
      ['success', {}],
      ['missing', { note: ['gone'] }],
    ]);
  });
});
