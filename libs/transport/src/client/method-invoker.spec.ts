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

  it.each([
    [{ timeoutMs: NaN }, 'timeoutMs must be 0 or more milliseconds, got NaN'],
    [{ attemptTimeoutMs: -5 }, 'attemptTimeoutMs must be 0 or more milliseconds, got -5'],
    [
      { connectTimeoutMs: '20' as never },
      'connectTimeoutMs must be 0 or more milliseconds, got the string "20"',
    ],
    [{ readTimeoutMs: -1 }, 'readTimeoutMs must be 0 or more milliseconds, got -1'],
  ])('refuses %o', async (options, message) => {
    await expect(say({ text: 'a' }, options)).rejects.toThrow(
      new RangeError(`SayService.say: ${message}`),
    );
    expect(sent).toEqual([]);
  });
});
