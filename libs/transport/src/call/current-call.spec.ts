import type { IncomingCall } from './incoming-call.js';
import { currentCall, enableCurrentCall, runHandler } from './current-call.js';

const call = { sequenceId: 7 } as IncomingCall;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** What a handler finds after it has waited. */
const found = () => runHandler(call, async () => (await turn(), currentCall()));

// The order matters: once asked for, calls are carried for the rest of the process.
describe('currentCall', () => {
  it('is undefined as long as nothing has been served', () => {
    expect(currentCall()).toBeUndefined();
  });

  it('says what is missing when calls were served without carrying them', async () => {
    await expect(found()).rejects.toThrow('needs enableCurrentCall()');
  });

  it('finds the call below its handler once it is enabled, and nothing elsewhere', async () => {
    enableCurrentCall();
    expect(await found()).toBe(call);
    expect(currentCall()).toBeUndefined();
  });

  it('passes the arguments on', () => {
    expect(runHandler(call, (a: number, b: number) => a + b, 1, 2)).toBe(3);
  });
});
