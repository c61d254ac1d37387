import { configuredServerLimits } from '../../client/kitex-policies.js';
import { AccessDeniedError, LimitExceededError, type IncomingCall } from '@nestjs-thrift/transport';
import { ManualConfig } from '../../../test/config-source.js';
import { fakeClock } from '../../../test/fake-clock.js';
import { ServerProtection } from './server-protection.js';

const request = (caller = 'gateway') => ({ caller, method: { kind: 'unary' } }) as IncomingCall;
const done = (protection: ServerProtection, call: IncomingCall) =>
  protection.observer.requestFinished?.(
    call,
    { failed: false, durationMs: 1, sentBytes: 0, receivedBytes: 0 },
    undefined,
  );

describe('ServerProtection', () => {
  it('admits everything without limits', () => {
    const protection = new ServerProtection();
    expect(protection.admit(request())).toBeUndefined();
    expect(protection.maxConnections).toBeUndefined();
  });

  it('refuses requests over the rate with a typed error', () => {
    const clock = fakeClock();
    const protection = new ServerProtection({ maxQps: 1, clock });
    expect(protection.admit(request())).toBeUndefined();
    expect(protection.admit(request())).toEqual(new LimitExceededError('request too frequent'));
    clock.advance(1_000);
    expect(protection.admit(request())).toBeUndefined();
  });

  it('refuses requests while too many are being served', () => {
    const protection = new ServerProtection({ maxConcurrency: 2 });
    const [first, second, third] = [request(), request(), request()];
    expect(protection.admit(first)).toBeUndefined();
    expect(protection.admit(second)).toBeUndefined();
    expect(protection.admit(third)).toBeInstanceOf(LimitExceededError);
    // A rejected request is finished too, which must not release the place of another request.
    done(protection, third);
    expect(protection.concurrency).toBe(2);
    done(protection, first);
    done(protection, first);
    expect(protection.concurrency).toBe(1);
    expect(protection.admit(third)).toBeUndefined();
  });

  it('takes no token for a request that concurrency refuses', () => {
    const protection = new ServerProtection({ maxConcurrency: 1, maxQps: 20, clock: fakeClock() });
    const first = request();
    protection.admit(first);
    for (let i = 0; i < 10; i += 1) {
      protection.admit(request());
    }
    done(protection, first);
    expect(protection.admit(request())).toBeUndefined();
  });

  it('asks access rules first', () => {
    const protection = new ServerProtection({
      maxQps: 1,
      accessRules: [({ caller }) => (caller === 'gateway' ? undefined : `${caller} may not call`)],
      clock: fakeClock(),
    });
    expect(protection.admit(request('stranger'))).toEqual(
      new AccessDeniedError('stranger may not call'),
    );
    expect(protection.admit(request())).toBeUndefined();
  });

  it('changes its limits at run time, those left out to none', () => {
    const clock = fakeClock();
    const protection = new ServerProtection({ maxQps: 1, maxConnections: 5, clock });
    protection.admit(request());
    protection.update({ maxConcurrency: 1 });
    expect(protection.admit(request())).toBeUndefined();
    expect(protection.admit(request())).toBeInstanceOf(LimitExceededError);
    expect(protection.maxConnections).toBeUndefined();
    protection.update({ maxQps: 10 });
    expect(protection.admit(request())).toBeUndefined();
    expect(protection.admit(request())).toBeInstanceOf(LimitExceededError);
  });

  it('limits the connections of a server, also after a change', () => {
    const protection = new ServerProtection({ maxConnections: 5 });
    const told: (number | undefined)[] = [];
    protection.limitConnectionsOf({ limitConnections: (most) => told.push(most) });
    protection.update({ maxConnections: 3 });
    protection.update({});
    expect(told).toEqual([5, 3, undefined]);
  });

  it('follows a configuration; what that leaves out is as the code says', () => {
    const limits = (limit: string) => `services: { users: { limit: { ${limit} } } }`;
    const config = new ManualConfig(limits('connection_limit: 7'));
    const protection = new ServerProtection({ maxConnections: 5, maxConcurrency: 1 });
    const following = protection.follow(configuredServerLimits(config, 'users'));
    expect(protection.maxConnections).toBe(7);
    protection.admit(request());
    expect(protection.admit(request())).toBeInstanceOf(LimitExceededError);
    config.change(limits('concurrency_limit: 3'));
    expect(protection.maxConnections).toBe(5);
    expect(protection.admit(request())).toBeUndefined();
    config.change(limits('connection_limit: 0'));
    expect(protection.maxConnections).toBeUndefined();
    config.change(limits('connection_limit: -1'));
    expect(protection.maxConnections).toBeUndefined();
    following.dispose();
    config.change(limits('connection_limit: 9'));
    expect(protection.maxConnections).toBeUndefined();
  });

  it.each([
    [
      { maxConnections: -1 },
      'protection.maxConnections must be an integer from 0 to 2147483647; got -1',
    ],
    [{ maxConcurrency: 1.5 }, 'protection.maxConcurrency must be an integer of 0 or more; got 1.5'],
    [{ maxQps: NaN }, 'protection.maxQps must be a number of 0 or more; got NaN'],
  ])('refuses %j', (limits, message) => {
    expect(() => new ServerProtection(limits)).toThrow(message);
  });
});
