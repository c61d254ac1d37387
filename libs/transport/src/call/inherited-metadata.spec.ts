import type { IncomingCall } from './incoming-call.js';
import {
  callStorage,
  inheritedMetadata,
  runWithPersistentMetadata,
  servedCall,
} from './current-call.js';

const call = { persistentMetadata: new Map([['user', 'alice']]) } as unknown as IncomingCall;

describe('runWithPersistentMetadata', () => {
  it('gives its values to calls below it, also after they have waited', async () => {
    const found = await runWithPersistentMetadata({ tenant: 'a' }, async () => {
      await Promise.resolve();
      return inheritedMetadata();
    });

    expect(found).toEqual(new Map([['tenant', 'a']]));
    expect(inheritedMetadata()).toBeUndefined();
  });

  it('adds its values to those in force', () => {
    const found = runWithPersistentMetadata({ tenant: 'a', shard: '1' }, () =>
      runWithPersistentMetadata({ tenant: 'b' }, inheritedMetadata),
    );

    expect(found).toEqual(
      new Map([
        ['tenant', 'b'],
        ['shard', '1'],
      ]),
    );
  });

  it('keeps the call being served until that call has ended', () => {
    const scope: { call: IncomingCall | undefined } = { call };
    callStorage.run(scope, () => {
      runWithPersistentMetadata({ tenant: 'a' }, () => {
        expect(servedCall()).toBe(call);
        expect([...inheritedMetadata()!.keys()]).toEqual(['user', 'tenant']);
        scope.call = undefined;
        expect(servedCall()).toBeUndefined();
        // What it said itself stays; the identity of the caller must not.
        expect([...inheritedMetadata()!.keys()]).toEqual(['tenant']);
      });
    });
  });
});
