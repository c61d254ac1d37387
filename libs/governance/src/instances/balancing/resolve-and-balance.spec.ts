import { ConnectError, ConnectionLostError, RpcTimeoutError } from '@nestjs-thrift/transport';
import { InstanceDirectory } from '../discovery/instance-directory.js';
import { type InstanceListener, staticResolver } from '../discovery/resolver.js';
import { toInstance, type InstanceLike } from '../discovery/instance.js';
import { CircuitBreakerOpenError, NoInstanceError } from '../../errors/errors.js';
import { outgoing, scripted } from '../../../test/calls.js';
import { leastInFlight } from './least-in-flight.js';
import { resolveAndBalance } from './resolve-and-balance.js';
import { weightedRoundRobin } from './weighted-round-robin.js';

function directory(endpoints: readonly InstanceLike[]): InstanceDirectory {
  return new InstanceDirectory({
    service: 'users',
    resolver: staticResolver(endpoints),
    balancer: weightedRoundRobin(() => 0),
  });
}

const refused = (address = 'x:1'): ConnectError => new ConnectError(address, 'connection refused');

describe('resolveAndBalance', () => {
  it('spreads calls over the instances', async () => {
    const { endpoint, calls } = scripted(() => 'reply');
    const call = resolveAndBalance(directory(['a:1', 'b:1'])).unary(endpoint);
    await call(outgoing());
    await call(outgoing());
    expect(calls.map((sent) => sent.address)).toEqual(['a:1', 'b:1']);
  });

  it('sends a call that names its endpoint there', async () => {
    const { endpoint, calls } = scripted(() => {
      throw refused();
    });
    const call = resolveAndBalance(directory(['a:1', 'b:1'])).unary(endpoint);
    await expect(call(outgoing({ address: 'z:9' }))).rejects.toBeInstanceOf(ConnectError);
    expect(calls.map((sent) => sent.address)).toEqual(['z:9']);
  });

  it('goes to another instance when connecting fails', async () => {
    const { endpoint, calls } = scripted(
      () => {
        throw refused();
      },
      () => 'reply',
    );
    const call = resolveAndBalance(directory(['a:1', 'b:1', 'c:1'])).unary(endpoint);
    await expect(call(outgoing())).resolves.toBe('reply');
    expect(calls.map((sent) => sent.address)).toEqual(['a:1', 'b:1']);
  });

  it('goes to another instance when the breaker of one is open', async () => {
    const { endpoint, calls } = scripted(
      () => {
        throw new CircuitBreakerOpenError('instance', 'a:1');
      },
      () => 'reply',
    );
    await resolveAndBalance(directory(['a:1', 'b:1'])).unary(endpoint)(outgoing());
    expect(calls).toHaveLength(2);
  });

  it('stays when the request may have reached the server', async () => {
    const { endpoint, calls } = scripted(() => {
      throw new ConnectionLostError('a:1', 'reset');
    });
    const call = resolveAndBalance(directory(['a:1', 'b:1'])).unary(endpoint);
    await expect(call(outgoing())).rejects.toBeInstanceOf(ConnectionLostError);
    expect(calls).toHaveLength(1);
  });

  it('tries six instances and gives the error of the last', async () => {
    const { endpoint, calls } = scripted((call) => {
      throw refused(call.address);
    });
    const eight = Array.from({ length: 8 }, (_, i) => `h${i}:1`);
    const call = resolveAndBalance(directory(eight)).unary(endpoint);
    await expect(call(outgoing())).rejects.toMatchObject({ address: 'h5:1' });
    expect(new Set(calls.map((sent) => sent.address)).size).toBe(6);
  });

  it('tries each instance once when there are fewer', async () => {
    const { endpoint, calls } = scripted(() => {
      throw refused();
    });
    await expect(
      resolveAndBalance(directory(['a:1', 'b:1'])).unary(endpoint)(outgoing()),
    ).rejects.toBeInstanceOf(ConnectError);
    expect(calls).toHaveLength(2);
  });

  it('looks for no other instance once the deadline has passed', async () => {
    const { endpoint, calls } = scripted(() => {
      throw refused();
    });
    const call = resolveAndBalance(directory(['a:1', 'b:1'])).unary(endpoint);
    await expect(
      call(outgoing({ deadline: performance.now() - 1, timeoutMs: 5 })),
    ).rejects.toBeInstanceOf(RpcTimeoutError);
    expect(calls).toHaveLength(1);
  });

  it('waits for the first answer of discovery', async () => {
    let listener: InstanceListener | undefined;
    const late = new InstanceDirectory({
      service: 'users',
      resolver: {
        name: 'late',
        watch: (_service, told) => {
          listener = told;
          return { close() {} };
        },
      },
      balancer: weightedRoundRobin(),
    });
    const { endpoint, calls } = scripted(() => 'reply');
    const reply = resolveAndBalance(late).unary(endpoint)(outgoing());
    listener?.update([toInstance('a:1')]);
    await expect(reply).resolves.toBe('reply');
    expect(calls[0]?.address).toBe('a:1');
  });

  it('gives back what it picked, once per try', async () => {
    const counted = new InstanceDirectory({
      service: 'users',
      resolver: staticResolver(['a:1', 'b:1']),
      balancer: leastInFlight(),
    });
    const { endpoint, calls } = scripted(
      () => {
        throw refused();
      },
      () => 'reply',
    );
    const call = resolveAndBalance(counted).unary(endpoint);
    await call(outgoing());
    await Promise.all([call(outgoing()), call(outgoing())]);
    expect(new Set(calls.slice(2).map((sent) => sent.address)).size).toBe(2);
  });

  it('reports that all instances are out of service', async () => {
    const idle = directory([{ address: 'a:1', weight: 0 }]);
    await expect(
      resolveAndBalance(idle).unary(scripted(() => 1).endpoint)(outgoing()),
    ).rejects.toThrow(NoInstanceError);
  });
});
