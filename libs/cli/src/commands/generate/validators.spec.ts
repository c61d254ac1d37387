import type { StandardSchemaV1 } from '@standard-schema/spec';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { generateJsonSchemas, generateTypeScript } from '@nestjs-thrift/codegen';
import { renderJson } from '@nestjs-thrift/microservice';
import { fixture } from '../../../test/support/generate.js';
import { GeneratedFolder } from '#test/generated-folder.js';

type Schemas = Readonly<Record<string, StandardSchemaV1>>;

/** Values by field of `Rules`: those that keep to its annotation, those that break it, and whether JSON Schema knows. */
const FIELDS: readonly (readonly [
  name: string,
  good: readonly unknown[],
  bad: readonly unknown[],
  knownToJsonSchema: boolean,
])[] = [
  ['above', [11, 2 ** 31 - 1], [10, -1], true],
  ['atLeast', [10n, 2n ** 63n - 1n], [9n, -(2n ** 63n)], false],
  ['below', [0.49, -1], [0.5, 1], true],
  ['atMost', [16, -32768], [17], true],
  ['constant', [`it's`], ['', `It's`], true],
  ['among', [1, 2], [0, 3], true],
  ['notAmong', ['', 'rooted'], ['root', 'admin'], true],
  ['bytes', ['ab', 'abcd', 'ä'], ['', 'abcde'], true],
  ['runes', ['äö', '😀😀😀😀'], ['ä', 'abcde', '😀'], true],
  ['matching', ['a/1', 'ab/12'], ['A/1', 'a/', ' a/1'], true],
  ['anyCase', ['Thrift', 'THRIFT'], ['thrifty'], false],
  ['starting', ['a.b', 'a.bc'], ['aXb', 'xa.b'], true],
  ['ending', ['.c', 'b.c'], ['xc', '.cd'], true],
  ['containing', ['*', 'a*b'], ['', 'ab'], true],
  ['lacking', ['', 'ab'], ['"', 'a"b'], true],
  ['known', [-1, 0, 10], [1, 5], true],
  ['urgent', [10], [0, 1], true],
  ['elements', [[0.3], [1, 2, 3]], [[], [0.25], [1, 2, 3, 4]], true],
  ['entries', [{}, { ab: 0 }], [{ '': 1 }, { ab: -1 }, { ab: 1, cd: 2, ef: 3 }], true],
  ['deep', [[], [new Map([[4, ['x', 'xy']]])]], [[new Map([[1, ['x', 'y']]])]], true],
  ['deep', [], [[new Map([[5, []]])]], false],
  ['agreed', [true], [false], true],
  ['payload', [Buffer.from('P'), Buffer.from([80, 255, 254])], [Buffer.from('Pabc')], true],
  ['payload', [], [Buffer.from('p'), Buffer.alloc(0)], false],
  ['child', [{ name: 'a' }, { name: 'a', children: [{ name: 'b' }] }], [{ name: '' }, {}], true],
  ['child', [], [{ name: 'a', children: [{ name: 'b', children: [{ name: '' }] }] }], true],
  ['ids', [[], [1n, 2n]], [[1n, 1n]], true],
  ['ids', [], [[0n]], false],
  ['byChild', [new Map([[{ name: 'a' }, 'x']])], [new Map()], true],
];

describe('generated validators', () => {
  const folder = new GeneratedFolder();
  let schemas: Schemas;
  let jsonSchemas: (name: string) => ValidateFunction;

  beforeAll(async () => {
    const schema = fixture('validation.thrift');
    folder.write(generateTypeScript(schema, { validators: true }));
    schemas = await folder.import<Schemas>('validation.ts');
    const [, file] = generateJsonSchemas(schema);
    const ajv = new Ajv2020({ allErrors: true, formats: { uuid: true }, allowUnionTypes: false });
    const document = JSON.parse(file?.text ?? '') as object;
    ajv.addSchema(document, 'validation');
    jsonSchemas = (name) => ajv.compile({ $ref: `validation#/$defs/${name}` });
  });

  afterAll(() => folder.remove());

  function issues(name: string, value: unknown): readonly StandardSchemaV1.Issue[] {
    const result = schemas[`${name}Schema`]?.['~standard'].validate(value);
    if (result === undefined || result instanceof Promise) {
      throw new Error('is synchronous');
    }
    return result.issues ?? [];
  }

  function paths(name: string, value: unknown): string[] {
    return issues(name, value).map(({ path = [], message }) => {
      const keys = path.map((segment) =>
        String(typeof segment === 'object' ? segment.key : segment),
      );
      return `${keys.join('.')}: ${message}`;
    });
  }

  function asJson(value: unknown): unknown {
    return JSON.parse(JSON.stringify(renderJson(value)));
  }

  it.each(FIELDS)('hold %s against its annotation', (name, good, bad, knownToJsonSchema) => {
    const json = jsonSchemas('Rules');
    for (const value of good) {
      const struct = { there: '', [name]: value };
      expect(paths('Rules', struct)).toEqual([]);
      expect([json(asJson(struct)), json.errors]).toEqual([true, null]);
    }
    for (const value of bad) {
      const struct = { there: '', [name]: value };
      expect(issues('Rules', struct)[0]?.path?.[0]).toBe(name);
      expect(json(asJson(struct))).toBe(!knownToJsonSchema);
    }
  });

  it('demand fields that are not nil', () => {
    expect(paths('Rules', {})).toEqual(['there: is required']);
    expect(jsonSchemas('Rules')({})).toBe(false);
  });

  it('leave a skipped struct alone, but for being one', () => {
    expect(paths('Rules', { there: '', unchecked: { name: '' } })).toEqual([]);
    expect(paths('Rules', { there: '', unchecked: 1 })).toEqual(['unchecked: must be an object']);
  });

  it('compare one field with another, once both are there', () => {
    expect(paths('Rules', { there: '', within: 5 })).toEqual([]);
    expect(paths('Rules', { there: '', within: 2, limit: 2 })).toEqual([]);
    expect(paths('Rules', { there: '', within: 3, limit: 2 })).toEqual([
      'within: must be at most 2',
    ]);
    expect(paths('Rules', { there: '', tags: ['a', 'b', 'c'], limit: 2 })).toEqual([]);
    expect(paths('Rules', { there: '', tags: ['a'], limit: -2 })).toEqual([
      'tags: must have at most -1 elements',
    ]);
  });

  it('hold a struct against its assertion', () => {
    expect(paths('Rules', { there: '', limit: 4 })).toEqual([]);
    expect(paths('Rules', { there: '', limit: 3 })).toEqual([': breaks a rule of its struct']);
  });

  it('take an absent field for its zero, as Go does, unless it is optional or has a default', () => {
    expect(paths('Zeros', {})).toEqual([
      'text: must have at least 1 byte',
      'count: must be at least 1',
      'items: must have at least 1 element',
    ]);
    expect(paths('Zeros', { text: 'a', count: 1, items: [''] })).toEqual([]);
    const json = jsonSchemas('Zeros');
    expect(json({})).toBe(false);
    expect(json.errors?.map(({ params }) => params as object)).toEqual([
      { missingProperty: 'text' },
      { missingProperty: 'count' },
      { missingProperty: 'items' },
    ]);
  });

  it.each([
    ['two fields', { text: 'a', child: { name: 'a' } }, ': must have exactly one field set, has 2'],
    ['none', {}, ': must have exactly one field set, has 0'],
    ['a bad one', { text: 'abcd' }, 'text: must have at most 3 bytes'],
  ])('refuse a union with %s', (_what, value, issue) => {
    expect(paths('Either', value)).toEqual([issue]);
    expect(jsonSchemas('Either')(value)).toBe(false);
    expect(paths('Either', { text: 'abc' })).toEqual([]);
    expect(jsonSchemas('Either')({ text: 'abc' })).toBe(true);
  });

  it('validate exceptions, which are objects too', () => {
    expect(paths('Refused', { message: 'refused: no' })).toEqual([]);
    expect(paths('Refused', new Error('no'))).toEqual(['message: must start with "refused"']);
  });

  it('say where in a value the fault is', () => {
    const value = { there: '', deep: [new Map([[1, ['x', 'no']]])], entries: { ab: -1 } };

    expect(paths('Rules', value)).toEqual([
      'entries.ab: must be at least 0',
      'deep.0.1.1: must start with "x"',
    ]);
  });
});
