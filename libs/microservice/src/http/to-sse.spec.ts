import { toSse } from './to-sse.js';

describe('toSse', () => {
  it('names each wrong option', () => {
    const options = { pingMs: -1, data: 'text', event: () => 'token' };
    expect(() => toSse((async function* () {})(), options as never)).toThrow(
      new TypeError(
        [
          'unknown option toSse.event; allowed: data, id, type, pingMs',
          'toSse.data must be a function; got the string "text"',
          'toSse.pingMs must be milliseconds, an integer from 0 to 2147483647; got -1',
        ].join('\n'),
      ),
    );
  });
});
