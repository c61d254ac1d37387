import { EncodeError, ProtocolError, ThriftException, ThriftRpcError } from '@nestjs-thrift/codec';
import {
  AccessDeniedError,
  BizStatusError,
  ClientClosedError,
  ConnectError,
  ConnectionLostError,
  LimitExceededError,
  PoolExhaustedError,
  RemoteError,
  RpcTimeoutError,
} from '@nestjs-thrift/transport';
import { resolveAndBalance } from '../../instances/balancing/resolve-and-balance.js';
import { weightedRoundRobin } from '../../instances/balancing/weighted-round-robin.js';
import { createCallChain } from '../../chain/create-call-chain.js';
import { InstanceDirectory } from '../../instances/discovery/instance-directory.js';
import { staticResolver } from '../../instances/discovery/resolver.js';
import { NoInstanceError } from '../../errors/errors.js';
import { failing, method, outgoing, scripted } from '../../../test/calls.js';
import { BreakerRegistry } from './breaker-registry.js';
import { instanceBreakerStage, serviceBreakerKey, serviceBreakerStage } from './breaker-stages.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { classifyForInstance, classifyForService } from './classify.js';

class UserNotFound extends ThriftException {}
class NotOurs extends Error {}

describe('classification of errors', () => {
  it.each([
    [new RpcTimeoutError(5, 'late'), 'timeout', 'success'],
    [new ConnectError('a:1', 'refused'), 'failure', 'failure'],
    [new ConnectionLostError('a:1', 'reset'), 'failure', 'success'],
    [new RemoteError(6, 'internal error'), 'failure', 'success'],
    [new PoolExhaustedError('a:1', 'full'), 'failure', 'success'],
    [new ProtocolError('INVALID_DATA', 'not Thrift'), 'failure', 'success'],
    [new EncodeError('INVALID_DATA', 'no string'), 'ignored', 'ignored'],
    [new LimitExceededError('too many', { address: 'a:1' }), 'ignored', 'success'],
    [new TypeError('a fault of our own'), 'failure', 'success'],
    [new ThriftRpcError('OF_TOMORROW' as 'CLOSED', 'unknown'), 'failure', 'success'],
    [new BizStatusError(1, 'no'), 'success', 'success'],
    [new UserNotFound(), 'success', 'success'],
    [new NotOurs(), 'success', 'success'],
    [new AccessDeniedError('no'), 'ignored', 'success'],
    [new NoInstanceError('users', 'none'), 'ignored', 'success'],
    [new ClientClosedError('closed'), 'ignored', 'ignored'],
  ])('takes %s for %s of the service and %s of the instance', (error, service, instance) => {
    const declaring = method({ exceptions: [{ field: 'e', type: NotOurs }] });
    expect(classifyForService(error, declaring)).toBe(service);
    expect(classifyForInstance(error)).toBe(instance);
  });
});

describe('serviceBreakerStage', () => {
  it('refuses calls once the method fails', async () => {
    const breaker = new CircuitBreaker(
      { minSamples: 2 },
      { key: serviceBreakerKey('me', 'users', 'GetUser') },
    );
    const { endpoint, calls } = scripted(failing(new RemoteError(6, 'internal error')));
    const call = serviceBreakerStage(breaker).unary(endpoint);
    await expect(call(outgoing())).rejects.toBeInstanceOf(RemoteError);
    await expect(call(outgoing())).rejects.toBeInstanceOf(RemoteError);
    await expect(call(outgoing())).rejects.toMatchObject({ key: 'me/users/GetUser' });
    expect(calls).toHaveLength(2);
  });
});

describe('instanceBreakerStage', () => {
  const registry = () => new BreakerRegistry({ scope: 'instance', classify: classifyForInstance });

  it('keeps calls off an instance that refuses connections', async () => {
    const breakers = registry();
    const { endpoint, calls } = scripted((call) => {
      if (call.address === 'a:1') {
        throw new ConnectError('a:1', 'refused');
      }
      return 'reply';
    });
    const directory = new InstanceDirectory({
      service: 'users',
      resolver: staticResolver(['a:1', 'b:1']),
      balancer: weightedRoundRobin(() => 0),
    });
    const chain = createCallChain(outgoing(), endpoint, {
      balancing: resolveAndBalance(directory),
      instanceBreaker: instanceBreakerStage(breakers, { minSamples: 3 }),
    });
    for (let i = 0; i < 20; i += 1) {
      await expect(chain(outgoing())).resolves.toBe('reply');
    }
    expect(calls.filter((call) => call.address === 'a:1')).toHaveLength(3);
    expect(breakers.find('a:1')?.state).toBe('open');
    expect(breakers.find('b:1')?.state).toBe('closed');
  });

  it('keeps a bounded number of breakers', () => {
    const breakers = new BreakerRegistry({
      scope: 'instance',
      classify: classifyForInstance,
      maxBreakers: 2,
    });
    ['a:1', 'b:1', 'c:1'].forEach((address) => breakers.obtain(address, {}));
    expect(breakers.snapshots().map(({ key }) => key)).toEqual(['b:1', 'c:1']);
  });
});
