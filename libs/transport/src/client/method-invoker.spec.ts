import type { OutgoingCall } from '../call/outgoing-call.js';
import { SayService } from '../../test/say-service.js';
import { createMethodInvoker } from './method-invoker.js';

describe('createMethodInvoker', () => {
  const sent: OutgoingCall[] = [];
  const say = createMethodInvoker(SayService, SayService.methods['say']!, async (call) => {
    sent.push(call);
  });
  beforeEach(() => sent.splice(0));

  it('hands what the caller says about timeouts to the endpoint', async () => {
    const timeouts = {
      timeoutMs: 50,
      attemptTimeoutMs: 30,
      connectTimeoutMs: 20,
      readTimeoutMs: 0,
    };
    await say({ text: 'a' }, timeouts);
    expect(sent).toMatchObject([timeouts]);
  });

  it('takes timeouts with a fraction, which callers compute', async () => {
    await say(
      { text: 'a' },
      { timeoutMs: 0.5, deadline: Infinity, readTimeoutMs: undefined as never },
    );
    expect(sent).toMatchObject([{ timeoutMs: 0.5 }]);
  });

  it.each<[unknown, string]>([
    [{ timeoutMs: NaN }, '.timeoutMs must be milliseconds from 0 to 2147483647; got NaN'],
    [
      { attemptTimeoutMs: -5 },
      '.attemptTimeoutMs must be milliseconds from 0 to 2147483647; got -5',
    ],
    [
      { connectTimeoutMs: '20' },
      '.connectTimeoutMs must be milliseconds from 0 to 2147483647; got the string "20"',
    ],
    [
      { readTimeoutMs: Infinity },
      '.readTimeoutMs must be milliseconds from 0 to 2147483647; got Infinity',
    ],
    [{ deadline: NaN }, '.deadline must be a time of performance.now(); got NaN'],
    [{ signal: new AbortController() }, '.signal must be an AbortSignal; got an object'],
    [{ metadata: { a: 1 } }, '.metadata must be an object whose values are strings; got an object'],
    [{ address: '' }, '.address must be a non-empty string; got the string ""'],
    [{ onBackwardMetadata: new Map() }, '.onBackwardMetadata must be a function; got an object'],
    [null, ' must be an object of options; got null'],
    ['a', ' must be an object of options; got the string "a"'],
  ])('refuses %j', async (options, message) => {
    await expect(say({ text: 'a' }, options as never)).rejects.toThrow(
      new TypeError(`call(SayService.say)${message}`),
    );
    expect(sent).toEqual([]);
  });

  it.each([
    [{ timeoutMS: 5 }, 'call(SayService.say).timeoutMS; did you mean timeoutMs?'],
    [JSON.parse('{ "__proto__": 1 }') as object, 'call(SayService.say).__proto__'],
    [{ constructor: 1 }, 'call(SayService.say).constructor'],
  ])('refuses what is not an option of a call: %j', async (options, message) => {
    await expect(say({ text: 'a' }, options)).rejects.toThrow(`unknown option ${message}`);
    expect(sent).toEqual([]);
  });

  it('names all that is wrong at once', async () => {
    const options = { timeoutMs: -1, retries: 2, address: 7 };
    const error: unknown = await say({ text: 'a' }, options as never).catch(
      (caught: unknown) => caught,
    );
    expect(String(error).split('\n')).toEqual([
      'TypeError: unknown option call(SayService.say).retries',
      'call(SayService.say).timeoutMs must be milliseconds from 0 to 2147483647; got -1',
      'call(SayService.say).address must be a non-empty string; got 7',
    ]);
    // The problems of one call do not stay for the next.
    await say({ text: 'a' }, { timeoutMs: 5 });
    expect(sent).toHaveLength(1);
  });

  it('refuses a default out of range', () => {
    expect(() =>
      createMethodInvoker(SayService, SayService.methods['say']!, async () => undefined, {
        timeoutMs: -1,
      }),
    ).toThrow('call(SayService.say).timeoutMs must be');
  });
});
