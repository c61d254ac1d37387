import { flag, integer, listOf, milliseconds, oneOf, text } from './option.js';
import { group, pickOptions, resolveOptions, variants } from './resolve-options.js';

const TABLE = {
  timeoutMs: milliseconds({ default: 0 }),
  attemptTimeoutMs: milliseconds({ default: 3000 }),
  retries: integer({ max: 5 }),
  transport: oneOf(['Framed', 'TTHeader'], { default: 'Framed' }),
  sliced: flag({ default: false }),
  name: text(),
  endpoints: listOf<string>('an address', (item) => typeof item === 'string', { min: 1 }),
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
    [{ completelyDifferent: 1 }, 'unknown option client.completelyDifferent'],
  ])('rejects %j', (given, message) => {
    expect(wrong(given)).toEqual([message]);
  });

  it('picks the options of a table among others', () => {
    expect(pickOptions(TABLE, { retries: 2, services: [] })).toEqual({ retries: 2 });
  });
});
