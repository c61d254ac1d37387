import { compileSchema, type CompiledSchema } from '@nestjs-thrift/codec/compiler';
import { ThriftException, type ServiceDefinition, type StructCodec } from '@nestjs-thrift/codec';
import { unaryMethod } from '#test/methods.js';
import { decode, encode, PROTOCOLS } from '../../../test/support/codecs.js';
import { fixture, generated } from '../../../test/support/generate.js';
import { GeneratedFolder } from '#test/generated-folder.js';

type Module = Record<string, unknown>;
type Creator = (init?: object) => object;

function creatorOf(module: Module, struct: string): Creator {
  const schema = module[`${struct}Schema`] as { create: Creator };
  return (init) => schema.create(init);
}

type ExceptionClass = new (init?: object) => ThriftException & Record<string, unknown>;

describe('generated code', () => {
  const schema = fixture('everything.thrift');
  const folder = new GeneratedFolder();
  let everything: Module;
  let base: Module;
  let clashes: Module;
  let atRunTime: CompiledSchema;

  beforeAll(async () => {
    folder.write([...generated(schema), ...generated(fixture('clashes.thrift'))]);
    everything = await folder.import<Module>('everything.ts');
    base = await folder.import<Module>('shared/base.ts');
    clashes = await folder.import<Module>('clashes.ts');
    atRunTime = compileSchema(schema);
  });

  afterAll(() => folder.remove());

  function order(): object {
    const create = creatorOf(everything, 'Order');
    const Forbidden = base['Forbidden'] as ExceptionClass;
    return create({
      id: 7n,
      note: 'Grüße',
      small: -128,
      medium: 32767,
      payload: Buffer.from([0, 255]),
      token: '01234567-89ab-cdef-0123-456789abcdef',
      numbers: [3, 1, 2],
      pages: { ['__proto__']: { number: 1, size: 2 }, b: { number: 3, size: 20 } },
      deep: new Map([[2n ** 60n, [new Map([[-1, true]])]]]),
      related: [1n, 2n],
      shape: { polygon: [0.1, -0] },
      parent: create({ id: -1n }),
      failure: new Forbidden({ message: 'no', user: 1n }),
      flags: new Map([[true, Buffer.from('yes')]]),
    });
  }

  it.each(PROTOCOLS)('gives back what it wrote, in %s', (protocol) => {
    const codec = everything['OrderSchema'] as StructCodec;

    expect(decode(codec, encode(codec, order(), protocol), protocol)).toEqual(order());
  });

  it.each(PROTOCOLS)('writes what codecs compiled at run time write, in %s', (protocol) => {
    const codec = everything['OrderSchema'] as StructCodec;
    const bytes = encode(codec, order(), protocol);

    expect(encode(atRunTime.struct('Order'), order(), protocol)).toEqual(bytes);
  });

  it.each(PROTOCOLS)('writes arguments and results as at run time, in %s', (protocol) => {
    const generatedService = everything['OrderService'] as ServiceDefinition;
    const compiled = atRunTime.service('OrderService');
    const Coded = everything['Coded'] as ExceptionClass;
    const values: [string, 'args' | 'result', object][] = [
      ['get', 'args', { id: 5n }],
      ['get', 'result', { success: order() }],
      ['get', 'result', { coded: new Coded({ message: 'gone' }) }],
      ['find', 'args', { text: 'x', limit: 3, shape: { circle: 1 } }],
      ['find', 'result', { success: [order()] }],
      ['clear', 'result', {}],
      ['index', 'result', { success: new Map([[1n, ['a', 'b']]]) }],
      ['ping', 'result', { success: true }],
    ];
    for (const [method, part, value] of values) {
      const bytes = encode(unaryMethod(generatedService, method)[part], value, protocol);
      expect(encode(unaryMethod(compiled, method)[part], value, protocol)).toEqual(bytes);
    }
  });

  it('describes a service as the run time does, inherited methods included', () => {
    const describeService = ({ name, methods }: ServiceDefinition): object => ({
      name,
      methods: Object.values(methods).map((method) => ({
        ...method,
        ...('args' in method && { args: method.args.name }),
        ...('result' in method && { result: method.result.name }),
        exceptions: method.exceptions.map(({ field, type }) => [
          field,
          type.name.replace(/_$/, ''),
        ]),
      })),
    });

    const service = everything['OrderService'] as ServiceDefinition;
    expect(Object.keys(service.methods)).toEqual([
      'ping',
      'version',
      'get',
      'find',
      'note',
      'clear',
      'index',
      'convert',
    ]);
    expect(describeService(service)).toEqual(describeService(atRunTime.service('OrderService')));
  });

  it('lets a service define an inherited method again', () => {
    const { methods } = everything['Extended'] as ServiceDefinition;

    expect(methods['version']?.parameters).toEqual(['major', 'minor']);
    expect(methods['get']).toBe((everything['OrderService'] as ServiceDefinition).methods['get']);
  });

  it('applies defaults in creators, fresh each time, in the order of the IDL', () => {
    const create = creatorOf(everything, 'Order');
    const first = create({ id: 1n, paid: false, tags: undefined }) as Record<string, unknown>;

    expect(first).toMatchObject({
      priority: 10,
      paid: false,
      amount: 1.5,
      tags: ['a', "it's"],
      groups: { all: [1n, 9223372036854775807n] },
      first: { number: 1, size: 20 },
      total: 9007199254740993n,
    });
    expect(first['tags']).not.toBe((create({ id: 1n }) as typeof first)['tags']);
    expect(Object.keys(first)).toEqual(
      schema.files['everything.thrift']!.structs[0]!.fields.map(({ name }) => name),
    );
  });

  it('has constants that are exact and cannot be changed', () => {
    expect(everything).toMatchObject({
      LIMIT: 100,
      BIG: 9223372036854775807n,
      ROOT: -9223372036854775808n,
      GREETING: `it's "quoted"\n`,
      RATIO: 0.5,
      DEBUG: false,
      MAGIC: Buffer.from('PK'),
      DEFAULT_PRIORITY: 0,
      NAMES: ['a', 'b'],
      URGENT: [10],
      UNIT_CIRCLE: { circle: 1 },
    });
    expect(Object.keys(everything['GROUPS'] as object)).toEqual(['odd', '__proto__']);
    const pages = everything['PAGES'] as Map<bigint, { number: number }>;
    expect(pages.get(1n)).toEqual({ number: 1, size: 20 });

    const refused = /constant|read only|not extensible/;
    expect(() => pages.set(3n, { number: 3 })).toThrow(refused);
    expect(() => pages.clear()).toThrow(refused);
    expect(() => (pages.get(1n)!.number = 2)).toThrow(refused);
    expect(() => (everything['NAMES'] as string[]).push('c')).toThrow(refused);
  });

  it('has exceptions that are errors, with their fields and defaults', () => {
    const Coded = everything['Coded'] as ExceptionClass;
    const error = new Coded({ message: 'gone', details: ['x'] });

    expect(error).toBeInstanceOf(ThriftException);
    expect(error).toMatchObject({ name: 'Coded', message: 'gone', code: 400, details: ['x'] });
    expect(error.stack).toContain('gone');
    expect(new Coded().message).toBe('');
    expect(new (clashes['class_'] as ExceptionClass)({ message: 'renamed' }).name).toBe('class');
    // A minifier renames the class; HTTP statuses are looked up by the name of the error.
    const s = class s extends Coded {};
    expect(new s().name).toBe('Coded');
  });

  it.each(PROTOCOLS)(
    'carries fields that have the names of properties of Error, in %s',
    (protocol) => {
      const Odd = everything['Odd'] as ExceptionClass;
      const Named = clashes['Named'] as ExceptionClass;
      const odd = new Odd({ message: 5, name: ['a'], stack: true, cause: 'c' });
      const named = new Named({ name: 'n', stack: 's' });

      const oddCodec = everything['OddSchema'] as StructCodec;
      const readOdd = decode(oddCodec, encode(oddCodec, odd, protocol), protocol);
      expect(readOdd).toBeInstanceOf(Odd);
      // Not by spreading: whether a stack is enumerable depends on who watches the process.
      expect(readOdd).toMatchObject({ message: 5, name: ['a'], stack: true, cause: 'c' });

      const namedCodec = clashes['NamedSchema'] as StructCodec;
      const readNamed = decode(namedCodec, encode(namedCodec, named, protocol), protocol);
      expect(readNamed).toMatchObject({ name: 'n', message: '', stack: 's' });
    },
  );

  it.each(PROTOCOLS)(
    'carries fields that have the names of what objects inherit, in %s',
    (protocol) => {
      const structCodec = clashes['InheritedSchema'] as StructCodec;
      const absent = creatorOf(clashes, 'Inherited')({ valueOf: 1 });
      const bytes = encode(structCodec, absent, protocol);
      expect(decode(structCodec, bytes, protocol)).toMatchObject({
        constructor: undefined,
        toString: undefined,
        valueOf: 1,
      });

      const Inherits = clashes['Inherits'] as ExceptionClass;
      const exceptionCodec = clashes['InheritsSchema'] as StructCodec;
      const error = new Inherits({ constructor: 'c', init: 3 });
      const read = decode(exceptionCodec, encode(exceptionCodec, error, protocol), protocol);
      expect(Object.entries(read as object).filter(([, value]) => value !== undefined)).toEqual([
        ['name', 'Inherits'],
        ['constructor', 'c'],
        ['init', 3],
      ]);
    },
  );

  it('renames what JavaScript and TypeScript keep for themselves, and only that', () => {
    expect(Object.keys(clashes)).toEqual(
      expect.arrayContaining(['MapSchema', 'class_', 'Buffer_', 'CallOptionsSchema', 'Accounts__']),
    );
    const service = clashes['Accounts__'] as ServiceDefinition;
    expect(service.name).toBe('Accounts');
    expect(Object.keys(service.methods)).toEqual([
      'new',
      'constructor',
      'then',
      'delete',
      'toString',
      '__proto__',
    ]);
  });

  it.each([
    ['number', 5],
    ['string', '5'],
  ] as const)('has i64 as a %s on demand', async (i64, five) => {
    const other = new GeneratedFolder();
    other.write(generated(schema, i64));
    const module = await other.import<Module>('everything.ts');
    other.remove();
    const codec = module['OrderSchema'] as StructCodec;
    const value = creatorOf(module, 'Order')({ id: five, total: five, groups: {} });

    expect(decode(codec, encode(codec, value, 'Binary'), 'Binary')).toMatchObject({ id: five });
    expect(typeof module['ROOT']).toBe(i64);
  });
});
