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
    await say({ text: 'a' }, { timeoutMs: 50, connectTimeoutMs: 20, readWriteTimeoutMs: 0 });
    expect(sent).toMatchObject([{ timeoutMs: 50, connectTimeoutMs: 20, readWriteTimeoutMs: 0 }]);
  });

  it.each([
    [{ timeoutMs: 0 }, 'SayService.say: timeoutMs must be above 0, got 0'],
    [{ timeoutMs: NaN }, 'SayService.say: timeoutMs must be above 0, got NaN'],
    [{ connectTimeoutMs: 0 }, 'SayService.say: connectTimeoutMs must be above 0, got 0'],
    [{ readWriteTimeoutMs: -1 }, 'SayService.say: readWriteTimeoutMs must be 0 or more, got -1'],
  ])('refuses %o', async (options, message) => {
    await expect(say({ text: 'a' }, options)).rejects.toThrow(new RangeError(message));
    expect(sent).toEqual([]);
  });
});
