import { fileURLToPath } from 'node:url';
import type { FileSchema } from '../schema/schema.js';
import { loadSchema } from './load-schema.js';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/${name}.thrift`, import.meta.url));

function load(name: string): FileSchema {
  const schema = loadSchema(fixture(name), { implicitFieldIds: 'apache' });
  expect(JSON.parse(JSON.stringify(schema))).toStrictEqual(schema);
  const file = schema.files[schema.root];
  if (file === undefined) {
    throw new Error('the root is missing');
  }
  return file;
}

function byName<T extends { readonly name: string }>(definitions: readonly T[], name: string): T {
  const found = definitions.find((definition) => definition.name === name);
  if (found === undefined) {
    throw new Error(`${name} is missing`);
  }
  return found;
}

describe('a file with every construct', () => {
  const file = load('everything');
  const value = (name: string): unknown => byName(file.constants, name).value;

  it('keeps its header', () => {
    expect(file.doc).toBe('Every construct of the language once.');
    expect(file.includes).toEqual([{ prefix: 'base', path: 'common/base.thrift' }]);
    expect(file.namespaces).toEqual({
      '*': 'example.everything',
      go: 'example.everything',
      'py.twisted': 'example',
      xsd: 'test',
    });
  });

  it.each([
    ['ON', { kind: 'bool', value: true }],
    ['OFF', { kind: 'bool', value: false }],
    ['SMALL', { kind: 'integer', value: '-31' }],
    ['SAME', { kind: 'integer', value: '127' }],
    ['SHORT', { kind: 'integer', value: '98' }],
    ['PLUS', { kind: 'integer', value: '5' }],
    ['LARGEST', { kind: 'integer', value: '9223372036854775807' }],
    ['SMALLEST', { kind: 'integer', value: '-9223372036854775808' }],
    ['HALF', { kind: 'double', value: 0.5 }],
    ['TINY', { kind: 'double', value: -0.0015 }],
    ['WHOLE', { kind: 'double', value: 3 }],
    ['TEXT', { kind: 'string', value: 'tab\tquote" it\'s \\' }],
    ['SINGLE', { kind: 'string', value: 'say "hi"\n' }],
    ['BYTES', { kind: 'string', value: 'bytes' }],
    ['ID', { kind: 'string', value: '00112233-4455-6677-8899-aabbccddeeff' }],
    ['COLOR', { kind: 'enum', value: 3, member: 'RED' }],
    ['LEVEL', { kind: 'enum', value: 2, member: 'HIGH' }],
    ['BY_NUMBER', { kind: 'enum', value: 7 }],
    ['COLOR_NUMBER', { kind: 'integer', value: '16' }],
    ['SHARED', { kind: 'integer', value: '50' }],
  ])('evaluates constant %s', (name, expected) => {
    expect(value(name)).toEqual(expected);
  });

  it('evaluates containers, also through other constants', () => {
    const integers = (...values: string[]): unknown => ({
      kind: 'list',
      values: values.map((integer) => ({ kind: 'integer', value: integer })),
    });
    const text = (string: string): unknown => ({ kind: 'string', value: string });
    expect(value('LIST')).toEqual(integers('1', '2', '3', '50'));
    expect(value('SET')).toEqual({ kind: 'list', values: [text('a')] });
    expect(value('MAP')).toEqual({
      kind: 'map',
      entries: [
        { key: text('a'), value: integers('1') },
        { key: text('b'), value: integers('1', '2', '3', '50') },
        { key: text('c'), value: integers() },
      ],
    });
  });

  it('evaluates struct literals in the order of the struct', () => {
    expect(value('ORIGIN')).toEqual({
      kind: 'struct',
      fields: {
        x: { kind: 'double', value: 0 },
        label: { kind: 'string', value: 'tab\tquote" it\'s \\' },
        page: { kind: 'struct', fields: { size: { kind: 'integer', value: '1' } } },
      },
    });
  });

  it('numbers enum members on from the one before', () => {
    const { members, annotations, doc } = byName(file.enums, 'Color');
    expect(members.map(({ name, value: number }) => [name, number])).toEqual([
      ['RED', 3],
      ['GREEN', 4],
      ['BLUE', 16],
      ['LAST', -1],
      ['AFTER', 0],
    ]);
    expect(doc).toBe('What can be seen.');
    expect(annotations).toEqual({ display: ['1'] });
    expect(members[0]?.annotations).toEqual({ hex: ['f00'] });
  });

  it('binds a doc comment to what follows, or to what its line says', () => {
    const { members } = byName(file.enums, 'Color');
    expect(members[1]?.doc).toBe('Grass is.');
    expect(members[2]?.doc).toBe('The sky.');
    expect(members[3]?.doc).toBeUndefined();
  });

  it('keeps ids as written and counts missing ones down', () => {
    const { fields } = byName(file.structs, 'Point');
    expect(fields.map(({ name, id }) => [name, id])).toEqual([
      ['x', 1],
      ['label', 2],
      ['negative', -5],
      ['missing', -6],
      ['next', -7],
      ['page', 3],
      ['parents', 4],
      ['colors', 5],
      ['list', 6],
      ['required', 7],
      ['namespace', 8],
      ['later', 9],
    ]);
  });

  it('keeps every value of a repeated annotation', () => {
    const { fields, annotations } = byName(file.structs, 'Point');
    expect(fields[1]?.annotations).toEqual({ max: ['10', '20'], flag: ['1'], empty: [''] });
    expect(annotations).toEqual({ 'a.b': ['c'] });
  });

  it('resolves typedefs and shows them as aliases', () => {
    const { fields } = byName(file.structs, 'Point');
    const type = (name: string): unknown => byName(fields, name).type;
    expect(type('page')).toEqual({
      kind: 'struct',
      ref: { file: 'common/base.thrift', name: 'Page' },
      alias: { file: 'everything.thrift', name: 'Page' },
    });
    expect(type('colors')).toEqual({
      kind: 'map',
      key: { kind: 'i64', alias: { file: 'everything.thrift', name: 'UserId' } },
      value: {
        kind: 'set',
        element: { kind: 'enum', ref: { file: 'everything.thrift', name: 'Color' } },
        annotations: { 'python.immutable': [''] },
      },
    });
    expect(byName(file.typedefs, 'Readings').type).toEqual({
      kind: 'list',
      element: { kind: 'double', annotations: { fixed: ['16'] } },
    });
  });

  it('makes fields of unions optional and keeps the word on parameters', () => {
    const shape = byName(file.structs, 'Shape');
    expect(shape.fields.map(({ requiredness }) => requiredness)).toEqual(['optional', 'optional']);
    expect(shape.fields[1]?.defaultValue).toEqual({ kind: 'integer', value: '1' });
    const [service] = file.services;
    const { parameters } = byName(service?.methods ?? [], 'find');
    expect(parameters.map(({ requiredness }) => requiredness)).toEqual([
      'required',
      'optional',
      'default',
    ]);
  });

  it('links services', () => {
    const [service] = file.services;
    expect(service?.extends).toEqual({ file: 'common/base.thrift', name: 'BaseService' });
    expect(service?.annotations).toEqual({ version: ['2'] });
    const find = byName(service?.methods ?? [], 'find');
    expect(find).toMatchObject({ doc: 'Finds one.', annotations: { idempotent: ['1'] } });
    expect(find.exceptions.map(({ id, type }) => [id, type])).toEqual([
      [
        1,
        {
          kind: 'struct',
          ref: { file: 'everything.thrift', name: 'Failure' },
          alias: { file: 'everything.thrift', name: 'Mishap' },
        },
      ],
      [2, { kind: 'struct', ref: { file: 'common/base.thrift', name: 'NotFound' } }],
    ]);
    expect(byName(service?.methods ?? [], 'tell')).toMatchObject({ oneway: true });
    expect(byName(service?.methods ?? [], 'nothing')).not.toHaveProperty('returns');
  });
});

describe('a file with what only one compiler takes', () => {
  const file = load('tolerated');

  it('takes namespaces with dashes, slashes and quotes', () => {
    expect(file.namespaces).toEqual({
      go: 'github.com/some-body/tolerated-1',
      java: 'some.where',
    });
    expect(file.doc).toBeUndefined();
  });

  it('takes senum and slist as strings, and a typedef named uuid for itself', () => {
    expect(file.typedefs.map(({ name, type }) => [name, type.kind])).toEqual([
      ['Season', 'string'],
      ['Words', 'string'],
      ['uuid', 'string'],
    ]);
    expect(byName(file.structs, 'Named').fields[0]?.type.alias).toBeDefined();
  });

  it('reads over cpp_type and the xsd words', () => {
    const { fields } = byName(file.structs, 'Separated');
    expect(fields.map(({ name, type }) => [name, type.kind])).toEqual([
      ['before', 'map'],
      ['after', 'list'],
      ['both', 'set'],
      ['marked', 'i32'],
    ]);
    expect(fields[3]?.annotations).toEqual({ kept: ['1'] });
    expect(byName(file.structs, 'All').fields).toHaveLength(1);
  });

  it('takes forward references, octals and an empty list for an empty map', () => {
    expect(byName(file.constants, 'FORWARD').value).toEqual({ kind: 'integer', value: '15' });
    expect(byName(file.constants, 'NOTHING').value).toEqual({ kind: 'map', entries: [] });
  });

  it('takes annotations behind extends, async, and drops the result of a oneway method', () => {
    const service = byName(file.services, 'Annotated');
    expect(service.annotations).toEqual({ second: ['two', 'three'] });
    expect(service.methods).toMatchObject([
      { name: 'fire', oneway: true },
      { name: 'pointless', oneway: true },
    ]);
    expect(service.methods[1]).not.toHaveProperty('returns');
  });

  it('keeps unknown escapes unchanged and line breaks inside annotations', () => {
    expect(byName(file.structs, 'Options').annotations).toEqual({
      'api.vd': [String.raw`regexp('^\w+\d$')`],
      option: [`{\n    list: ["a", 'b'],\n  }`],
    });
  });
});
