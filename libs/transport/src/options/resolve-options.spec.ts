import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { listOf, recordOf } from './collections.js';
import { either, orNull, refined, required, withDefault } from './combinators.js';
import { flag, integer, milliseconds, number, oneOf, option, text, type Option } from './option.js';
import { SERVER_OPTIONS } from '../server/server-options.js';
import { group, pickOptions, resolveOptions, variants } from './resolve-options.js';

const TABLE = {
  timeoutMs: milliseconds({ default: 0 }),
  attemptTimeoutMs: milliseconds({ default: 3000 }),
  retries: integer({ max: 5 }),
  transport: oneOf(['Framed', 'TTHeader'], { default: 'Framed' }),
  sliced: flag({ default: false }),
  name: text(),
  endpoints: listOf(
    option<string>('an address', (item) => typeof item === 'string'),
    { min: 1 },
  ),
  pool: group({ size: integer({ min: 1, default: 10 }) }),
  connection: variants(
    'mode',
    { long: { maxIdle: integer({ default: 7 }) }, short: {} },
    { default: { mode: 'long' } },
  ),
};

describe('resolveOptions', () => {
  const wrong = (given: unknown): string[] => {
    try {
      resolveOptions('client', TABLE, given as never);
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
      return (error as Error).message.split('\n');
    }
    throw new Error('nothing was rejected');
  };

  it('fills in defaults, also of nested options', () => {
    expect(resolveOptions('client', TABLE, { pool: {}, retries: undefined })).toEqual({
      timeoutMs: 0,
      attemptTimeoutMs: 3000,
      transport: 'Framed',
      sliced: false,
      pool: { size: 10 },
      connection: { mode: 'long', maxIdle: 7 },
    });
  });

  it('gives the many options of a server as an object whose properties are read fast', () => {
    setFlagsFromString('--allow-natives-syntax');
    const hasFastProperties = runInThisContext('(object) => %HasFastProperties(object)') as (
      object: object,
    ) => boolean;
    const isFast = hasFastProperties(resolveOptions('server', SERVER_OPTIONS, {}));
    setFlagsFromString('--no-allow-natives-syntax');

    expect(isFast).toBe(true);
  });

  it('names all that is wrong at once', () => {
    expect(wrong({ timeoutMS: 5, retries: 6, sliced: 'no' })).toEqual([
      'unknown option client.timeoutMS; did you mean timeoutMs?',
      'client.retries must be an integer from 0 to 5; got 6',
      'client.sliced must be true or false; got the string "no"',
    ]);
  });

  it.each<[object, string]>([
    [
      { attemptTimeoutMs: '300' },
      'client.attemptTimeoutMs must be milliseconds, an integer from 0 to 2147483647; got the string "300"',
    ],
    [
      { timeoutMs: NaN },
      'client.timeoutMs must be milliseconds, an integer from 0 to 2147483647; got NaN',
    ],
    [
      { timeoutMs: null },
      'client.timeoutMs must be milliseconds, an integer from 0 to 2147483647; got null',
    ],
    [{ name: '' }, 'client.name must be a non-empty string; got the string ""'],
    [
      { transport: 'framed' },
      "client.transport must be one of 'Framed', 'TTHeader'; got the string \"framed\"",
    ],
    [
      { endpoints: [undefined] },
      'client.endpoints[0] must be an address; got undefined; is an environment variable not set?',
    ],
    [
      { endpoints: 'a:1' },
      'client.endpoints must be an array of at least 1, each an address; got the string "a:1"',
    ],
    [
      { endpoints: [] },
      'client.endpoints must be an array of at least 1, each an address; got an array of 0',
    ],
    [{ pool: 3 }, 'client.pool must be an object of options; got 3'],
    [{ pool: { sise: 3 } }, 'unknown option client.pool.sise; did you mean size?'],
    [
      { connection: { mode: 'pool' } },
      "client.connection.mode must be one of 'long', 'short'; got the string \"pool\"",
    ],
    [{ connection: { mode: 'short', maxIdle: 3 } }, 'unknown option client.connection.maxIdle'],
    [
      { completelyDifferent: 1 },
      'unknown option client.completelyDifferent; allowed: timeoutMs, attemptTimeoutMs, retries, transport, sliced, name, endpoints, pool, connection',
    ],
  ])('rejects %j', (given, message) => {
    expect(wrong(given)).toEqual([message]);
  });

  it('picks the options of a table among others', () => {
    expect(pickOptions(TABLE, { retries: 2, services: [] })).toEqual({ retries: 2 });
  });
});

describe('options of documents', () => {
  const RANGE = refined(
    group({ min: required(integer()), max: required(integer()) }),
    ({ min, max }, report) => {
      if (max < min) {
        report('max', 'must not be less than min');
      }
    },
  );
  const read = (declared: Option<unknown, unknown>, value: unknown): [unknown, string[]] => {
    const problems: string[] = [];
    return [declared.read(value, '', problems), problems];
  };

  it('keeps every name of a record, also the names of what each object has', () => {
    const document: unknown = JSON.parse('{ "__proto__": { "min": 1, "max": 2 } }');
    const [record, problems] = read(recordOf(RANGE), document);
    expect(problems).toEqual([]);
    expect(Object.entries(record as object)).toEqual([['__proto__', { min: 1, max: 2 }]]);
  });

  it('reads null as not given, where Go may write it', () => {
    expect(read(group({ range: orNull(RANGE) }), { range: null })).toEqual([
      { range: undefined },
      [],
    ]);
  });

  it('fills in defaults of records', () => {
    expect(read(group({ all: withDefault(recordOf(RANGE), {}) }), {})).toEqual([{ all: {} }, []]);
  });

  it('takes a plain value or an object', () => {
    const endpoint = either(text(), group({ address: required(text()) }));
    expect(read(listOf(endpoint), ['a', { address: 'b' }])).toEqual([['a', { address: 'b' }], []]);
  });

  it.each<[Option<unknown, unknown>, unknown, string]>([
    [
      recordOf(RANGE),
      null,
      'the whole must be an object whose values are each an object of options; got null',
    ],
    [recordOf(RANGE), { a: { min: 1 } }, 'a.max is missing; it must be an integer of 0 or more'],
    [recordOf(RANGE), { a: { min: 2, max: 1 } }, 'a.max must not be less than min'],
    [recordOf(RANGE), { a: { min: 2, max: -1 } }, 'a.max must be an integer of 0 or more; got -1'],
    [
      group({ a: number({ above: 0, max: 1 }) }),
      { a: 0 },
      'a must be a number above 0 and up to 1; got 0',
    ],
    [group({ a: number({ min: 1, max: 2 }) }), { a: 3 }, 'a must be a number from 1 to 2; got 3'],
    [group({ a: number({ min: 1 }) }), { a: NaN }, 'a must be a number of 1 or more; got NaN'],
    [group({ a: number() }), { a: '1' }, 'a must be a number; got the string "1"'],
    [
      group({ a: either(flag(), RANGE) }),
      { a: 1 },
      'a must be true or false or an object of options; got 1',
    ],
    [
      group({ a: either(flag(), RANGE) }),
      { a: { min: 1, max: 0 } },
      'a.max must not be less than min',
    ],
    [
      group({ a: listOf(RANGE) }),
      { a: [undefined] },
      'a[0] must be an object of options; got undefined; is an environment variable not set?',
    ],
  ])('rejects what is wrong with its place: %#', (declared, value, problem) => {
    expect(read(declared, value)[1]).toEqual([problem]);
  });
});
