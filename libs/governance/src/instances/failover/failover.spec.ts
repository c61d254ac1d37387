import { jest } from '@jest/globals';
import { createServer } from 'node:net';
import { CancelledError, ConnectError, type OutgoingCall } from '@nestjs-thrift/transport';
import { listenOnFreePort } from '#test/ports.js';
import { toInstance } from '../discovery/instance.js';
import { staticResolver } from '../discovery/resolver.js';
import { VISITED } from '../../chain/visited-instances.js';
import { outgoing, scripted } from '../../../test/calls.js';
import { RecordingListener } from '../../../test/recording-listener.js';
import { connectCheck } from './connect-check.js';
import { Failover, type FailoverOptions } from './failover.js';

function watching(options: Partial<FailoverOptions> = {}) {
  const ill = new Set<string>();
  const failover = new Failover({
    primary: staticResolver(['a:1', 'b:1']),
    backup: staticResolver(['spare:1']),
    intervalMs: 1_000,
    check: async ({ address }) => {
      if (ill.has(address)) {
        throw new Error('ill');
      }
    },
    ...options,
  });
  const states: string[] = [];
  failover.onChange((state) => states.push(state));
  const listener = new RecordingListener();
  const watch = failover.resolver.watch('users', listener);
  return { failover, ill, listener, states, watch };
}

/** An attempt on an instance, as balancing notes it, that fails. */
function visiting(address: string, error: Error) {
  return (call: OutgoingCall): never => {
    call.context.get(VISITED)?.addresses.push(address);
    throw error;
  };
}

describe('Failover', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());
  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  it('rejects checks without a limit of time', () => {
    expect(() => watching({ timeoutMs: 0 })).toThrow(
      new TypeError(
        'failover.timeoutMs must be milliseconds, an integer from 1 to 2147483647 (a check needs a limit); got 0',
      ),
    );
  });

  it('calls the primary group, without instances that fell ill', async () => {
    const { ill, listener, states, watch } = watching();
    expect(listener.addresses).toEqual(['a:1', 'b:1']);
    ill.add('a:1');
    await pass(1_000);
    expect(listener.addresses).toEqual(['b:1']);
    expect(states).toEqual([]);
    watch.close();
  });

  it('calls the backup group while the primary is ill and returns after two good checks', async () => {
    const { ill, listener, states, watch } = watching();
    ill.add('a:1').add('b:1');
    await pass(1_000);
    expect(listener.addresses).toEqual(['spare:1']);
    ill.delete('b:1');
    await pass(1_000);
    expect(listener.addresses).toEqual(['spare:1']);
    await pass(1_000);
    expect(listener.addresses).toEqual(['b:1']);
    expect(states).toEqual(['backup', 'primary']);
    watch.close();
  });

  it('restarts its count when an instance flaps', async () => {
    const { ill, listener, watch } = watching({ failuresToLeave: 2 });
    for (let i = 0; i < 5; i += 1) {
      ill.add('a:1');
      await pass(1_000);
      ill.delete('a:1');
      await pass(1_000);
    }
    expect(listener.updates).toHaveLength(1);
    watch.close();
  });

  it('takes a check that hangs for a failed one, whatever it does with its signal', async () => {
    const { listener, watch } = watching({
      timeoutMs: 500,
      check: () => new Promise(() => {}),
    });
    await pass(1_500);
    expect(listener.addresses).toEqual(['spare:1']);
    watch.close();
  });

  it('ends the checks under way when closed', async () => {
    const signals: AbortSignal[] = [];
    const { watch } = watching({
      check: (_instance, signal) => {
        signals.push(signal);
        return new Promise(() => {});
      },
    });
    await pass(1_000);
    watch.close();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    await pass(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  describe('a call that finds an instance dead', () => {
    const refused = new ConnectError('a:1', 'refused');

    it('is repeated on the rest of the primary, then on the backup', async () => {
      const { failover, listener, states, watch } = watching();
      const { endpoint, calls } = scripted(
        visiting('a:1', refused),
        visiting('b:1', refused),
        () => 'ok',
      );
      await expect(failover.stage.unary(endpoint)(outgoing())).resolves.toBe('ok');
      expect(calls).toHaveLength(3);
      expect(listener.updates.map((list) => list.map(({ address }) => address))).toEqual([
        ['a:1', 'b:1'],
        ['b:1'],
        ['spare:1'],
      ]);
      expect(states).toEqual(['backup']);
      watch.close();
    });

    it('fails where the instance is one of the backup, or the error is of the call itself', async () => {
      const { failover, watch } = watching({ isDead: () => true });
      const spare = failover.stage.unary(scripted(visiting('spare:1', refused)).endpoint);
      await expect(spare(outgoing())).rejects.toBe(refused);
      const cancelled = new CancelledError('no longer needed');
      const { endpoint, calls } = scripted(visiting('a:1', cancelled));
      await expect(failover.stage.unary(endpoint)(outgoing())).rejects.toBe(cancelled);
      expect(calls).toHaveLength(1);
      watch.close();
    });

    it('fails with a CallbackError where the predicate throws', async () => {
      const { failover, watch } = watching({
        isDead: () => {
          throw new TypeError('a fault of the application');
        },
      });
      const call = failover.stage.unary(scripted(visiting('a:1', refused)).endpoint);
      await expect(call(outgoing())).rejects.toMatchObject({ code: 'CALLBACK_FAILED' });
      watch.close();
    });
  });

  it('stops checking when closed', async () => {
    const { watch } = watching();
    watch.close();
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('connectCheck', () => {
  it('finds a server that listens well and one that is gone ill', async () => {
    const server = createServer();
    const instance = toInstance(`127.0.0.1:${await listenOnFreePort(server)}`);
    const never = new AbortController().signal;
    await expect(connectCheck(instance, never)).resolves.toBeUndefined();
    await new Promise((closed) => server.close(closed));
    await expect(connectCheck(instance, never)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
