import { jest } from '@jest/globals';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import {
  ConnectError,
  type IncomingCall,
  RemoteError,
  RpcTimeoutError,
} from '@nestjs-thrift/transport';
import { callStorage } from '@nestjs-thrift/transport/internal';
import {
  type InstanceListener,
  type Resolver,
  staticResolver,
} from '../instances/discovery/resolver.js';
import { consistentHash } from '../instances/balancing/consistent-hash.js';
import { toInstance } from '../instances/discovery/instance.js';
import { failing, method, onewayMethod, outgoing, scripted } from '../../test/calls.js';
import { ManualConfig } from '../../test/config-source.js';
import { ClientGovernance } from './client-governance.js';
import type { ClientGovernanceOptions } from './client-governance-options.js';
import type { MethodPolicies } from './method-policies.js';
import type { GovernanceEvent } from './method-stages.js';

const getUser = method({ idempotent: true });
const getUsers = method({ name: 'GetUsers' });
const service: ServiceDefinition = {
  name: 'UserService',
  methods: { GetUser: getUser, GetUsers: getUsers },
};
const call = outgoing({ method: getUser });

function governing(options: Partial<ClientGovernanceOptions> = {}) {
  const governance = new ClientGovernance({
    service,
    targetServiceName: 'users',
    serviceName: 'gateway',
    resolver: staticResolver(['a:1']),
    ...options,
  });
  const events: GovernanceEvent[] = [];
  governance.onEvent((event) => events.push(event));
  return { governance, events };
}

const settings = (ms: number, minSample: number) => `
services:
  users:
    methods:
      '*':
        timeout: { rpc_timeout_ms: ${ms} }
        circuit_break: { enable: true, min_sample: ${minSample} }
`;

describe('ClientGovernance', () => {
  it('applies file over decorator over client, and the call over all', async () => {
    const { endpoint, calls } = scripted(() => 'reply');
    const { governance } = governing({
      config: new ManualConfig(
        'services: { users: { methods: { GetUser: { timeout: { rpc_timeout_ms: 100 } } } } }',
      ),
      methods: { GetUser: { timeout: { attemptTimeoutMs: 200, connectTimeoutMs: 20 } } },
      policies: { timeout: { attemptTimeoutMs: 300, connectTimeoutMs: 30 } },
    });
    const send = governance.wrap(getUser, endpoint);
    await send(call);
    await send({ ...call, attemptTimeoutMs: 5 });
    await governance.wrap(getUsers, endpoint)({ ...call, method: getUsers });
    expect(calls).toMatchObject([
      { timeoutMs: 100, connectTimeoutMs: 20, address: 'a:1' },
      { timeoutMs: 5, connectTimeoutMs: 20 },
      { timeoutMs: 300, connectTimeoutMs: 30 },
    ]);
  });

  it('takes from the code what a configuration cannot say', async () => {
    const config = new ManualConfig(`
services:
  users:
    methods:
      GetUser:
        retry: { enable: true, failure_policy: { stop_policy: { max_retry_times: 1 } } }
        circuit_break: { enable: true, min_sample: 7 }
`);
    const { governance } = governing({
      config,
      methods: {
        GetUser: { retry: { type: 'failure', maxRetries: 5, retryErrors: [RemoteError] } },
      },
      policies: { circuitBreaker: { minSamples: 9, slowCallMs: 300 } },
    });
    const { endpoint, calls } = scripted(failing(new RemoteError(6, 'broken')));
    await expect(governance.wrap(getUser, endpoint)(call)).rejects.toThrow('broken');
    expect(calls).toHaveLength(2);
    expect(governance.breakers()).toMatchObject([{ settings: { minSamples: 7, slowCallMs: 300 } }]);
    config.change('services: { users: { methods: { GetUser: { retry: { enable: false } } } } }');
    await expect(governance.wrap(getUser, endpoint)(call)).rejects.toThrow('broken');
    expect(calls).toHaveLength(3);
  });

  it('hands calls on as they are when there is nothing to do', async () => {
    const { endpoint, calls } = scripted(() => 'reply');
    const { governance } = governing({
      resolver: undefined,
      policies: { timeout: { attemptTimeoutMs: 0 } },
    });
    const send = governance.wrap(getUser, endpoint);
    expect(governance.wrap(getUser, endpoint)).toBe(send);
    await send(call);
    expect(calls).toEqual([call]);
    expect(calls[0]).toBe(call);
  });

  it('reports a call once, however many attempts it takes', async () => {
    const { endpoint, calls } = scripted(
      () => Promise.reject(new ConnectError('127.0.0.1:1', 'refused')),
      () => 'reply',
    );
    const { governance } = governing({ policies: { retry: { type: 'failure', maxRetries: 1 } } });
    const heard: unknown[] = [];
    const subscription = governance.onCall((start) => heard.push(start));
    const send = governance.wrap(getUser, endpoint);
    await expect(send(call)).resolves.toBe('reply');
    expect(calls).toHaveLength(2);
    expect(heard).toEqual([{ call, outcome: expect.any(Promise) }]);

    subscription.dispose();
    await send(call);
    expect(heard).toHaveLength(1);
  });

  it('turns a balancer that throws into a failed call', async () => {
    const { endpoint } = scripted(() => 'reply');
    const broken = () => {
      throw new TypeError('no user in the arguments');
    };
    const { governance } = governing({ balancer: consistentHash({ key: broken }) });
    const sent = governance.wrap(getUser, endpoint)(call);
    await expect(sent).rejects.toThrow('no user in the arguments');
  });

  it('applies a changed configuration to the next call while others are in flight', async () => {
    const config = new ManualConfig(settings(100, 200));
    const { governance, events } = governing({ config });
    let finish: (value: string) => void = () => {};
    const { endpoint, calls } = scripted(
      () => new Promise((resolve) => (finish = resolve)),
      () => 'second',
    );
    const send = governance.wrap(getUser, endpoint);
    const first = send(call);
    config.change(settings(250, 200));
    await expect(send(call)).resolves.toBe('second');
    finish('first');
    await expect(first).resolves.toBe('first');
    expect(calls.map(({ timeoutMs }) => timeoutMs)).toEqual([100, 250]);
    expect(events).toMatchObject([{ type: 'config_applied', service: 'users' }]);
  });

  it('keeps the window of a breaker over a change of its options', async () => {
    const config = new ManualConfig(settings(100, 200));
    const { governance, events } = governing({ config });
    const { endpoint } = scripted(failing(new RemoteError(6, 'internal error')));
    const send = governance.wrap(getUser, endpoint);
    for (let i = 0; i < 5; i += 1) {
      await expect(send(call)).rejects.toBeInstanceOf(RemoteError);
    }
    config.change(settings(100, 6));
    await expect(send(call)).rejects.toBeInstanceOf(RemoteError);
    await expect(send(call)).rejects.toMatchObject({ key: 'gateway/users/GetUser' });
    expect(events.at(-1)).toMatchObject({ type: 'breaker', from: 'closed', to: 'open' });
    expect(governance.breakers()).toMatchObject([{ state: 'open', counts: { failures: 6 } }]);
  });

  it('keeps the latency it has seen over a change elsewhere', async () => {
    const config = (ms: number) =>
      `services: { users: { methods: { '*': { dynamic_timeout: { enable: true, min_samples: 1, default_ms: 700, floor_ms: 1, buffer_ms: 1 }, timeout: { conn_timeout_ms: ${ms} } } } } }`;
    const source = new ManualConfig(config(10));
    const { governance } = governing({ config: source });
    const { endpoint, calls } = scripted(() => 'reply');
    const send = governance.wrap(getUser, endpoint);
    await send(call);
    source.change(config(20));
    await send(call);
    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 2_000);
    await send(call);
    clock.mockRestore();
    expect(calls[0]).toMatchObject({ timeoutMs: 700, connectTimeoutMs: 10 });
    expect(calls[1]).toMatchObject({ timeoutMs: 700, connectTimeoutMs: 20 });
    expect(calls[2]!.timeoutMs).toBeLessThan(700);
  });

  it('keeps the previous configuration when a new one is rejected, and reports it', async () => {
    const config = new ManualConfig(settings(100, 200));
    const { governance, events } = governing({ config });
    const { endpoint, calls } = scripted(() => 'reply');
    const send = governance.wrap(getUser, endpoint);
    config.change('services: { users: { methods: 5 } }');
    await send(call);
    expect(calls[0]?.timeoutMs).toBe(100);
    expect(events).toMatchObject([{ type: 'config_rejected', service: 'users' }]);
  });

  it('forces breakers by key', async () => {
    const { governance } = governing({ policies: { circuitBreaker: {} } });
    const send = governance.wrap(getUser, scripted(() => 'reply').endpoint);
    expect(governance.forceBreaker('gateway/users/GetUser', 'open')).toBe(true);
    await expect(send(call)).rejects.toMatchObject({ code: 'CIRCUIT_OPEN' });
    governance.forceBreaker('gateway/users/GetUser', undefined);
    await expect(send(call)).resolves.toBe('reply');
    expect(governance.forceBreaker('nobody', 'open')).toBe(false);
  });

  it('drops the breakers of instances that are gone', async () => {
    let listener: InstanceListener | undefined;
    const { governance, events } = governing({
      instanceBreaker: { minSamples: 1 },
      resolver: {
        name: 'manual',
        watch: (_service, told) => {
          listener = told;
          return { close() {} };
        },
      },
    });
    listener?.update(['a:1', 'b:1'].map((address) => toInstance(address)));
    const { endpoint } = scripted(failing(new ConnectError('', 'refused')));
    await expect(governance.wrap(getUser, endpoint)(call)).rejects.toThrow('refused');
    expect(
      governance
        .breakers()
        .map(({ key }) => key)
        .toSorted(),
    ).toEqual(['a:1', 'b:1']);
    listener?.update([toInstance('b:1')]);
    expect(governance.breakers().map(({ key }) => key)).toEqual(['b:1']);
    listener?.fail(new Error('registry is down'));
    expect(events.map(({ type }) => type)).toEqual([
      'instances',
      'breaker',
      'breaker',
      // That of the instance that is gone closes.
      'breaker',
      'instances',
      'resolve_failed',
    ]);
  });

  it('retries within the chain and reports it', async () => {
    const { governance, events } = governing({ policies: { retry: { type: 'failure' } } });
    const { endpoint } = scripted(failing(new RpcTimeoutError(5, 'late')), () => 'reply');
    await expect(governance.wrap(getUser, endpoint)(call)).resolves.toBe('reply');
    expect(events).toMatchObject([{ type: 'retry', attempt: 1 }]);
  });

  it('merges calls over the chain of the bulk method', async () => {
    const { endpoint, calls } = scripted(({ args }) =>
      (args['ids'] as number[]).map((id) => id * 10),
    );
    const { governance } = governing({
      methods: {
        GetUser: {
          batch: {
            method: 'GetUsers',
            merge: (all) => ({ ids: all.map(({ id }) => id) }),
            split: (results: readonly number[]) => results,
          },
        },
        GetUsers: { timeout: { attemptTimeoutMs: 77 } },
      },
    });
    const send = governance.wrap(getUser, endpoint);
    const replies = [1, 2].map((id) => send({ ...call, args: { id } }));
    await expect(Promise.all(replies)).resolves.toEqual([10, 20]);
    expect(calls).toMatchObject([{ method: { name: 'GetUsers' }, timeoutMs: 77, address: 'a:1' }]);
  });

  describe('with merged calls', () => {
    const batch: MethodPolicies['batch'] = {
      method: 'GetUsers',
      merge: (all) => ({ ids: all.map(({ id }) => id) }),
      split: (results: readonly unknown[]) => results,
    };
    const down = new RemoteError(6, 'down');

    function merging(
      own: MethodPolicies,
      answer: Parameters<typeof scripted>[0],
      bulk: MethodPolicies = {},
    ) {
      const { endpoint, calls } = scripted(answer);
      const governed = governing({
        methods: { GetUser: { batch, ...own }, GetUsers: bulk },
        resolver: staticResolver(['a:1', 'b:1']),
      });
      const send = governed.governance.wrap(getUser, endpoint);
      const get = (id: number) => send(outgoing({ method: getUser, args: { id } }));
      return { ...governed, calls, get };
    }

    it('answers each call that fails with the fallback of its method', async () => {
      const { get } = merging(
        { fallback: { answer: (_error, { args }) => `instead of ${String(args['id'])}` } },
        ({ args }) => (args['ids'] as number[]).map((id) => (id === 2 ? down : id)),
      );
      await expect(Promise.all([get(1), get(2)])).resolves.toEqual([1, 'instead of 2']);
    });

    it('repeats the calls alone that failed, on another instance, in a bulk call marked as a retry', async () => {
      const { get, calls } = merging(
        { retry: { type: 'failure', retryErrors: [RemoteError] } },
        ({ args, attempt }) =>
          (args['ids'] as number[]).map((id) => (id > 1 && attempt === 0 ? down : id)),
        { retry: { type: 'failure', maxRetries: 5 } },
      );
      await expect(Promise.all([get(1), get(2), get(3)])).resolves.toEqual([1, 2, 3]);
      expect(calls.map(({ args, attempt }) => [args['ids'], attempt])).toEqual([
        [[1, 2, 3], 0],
        [[2, 3], 1],
      ]);
      expect(calls[0]!.address).not.toBe(calls[1]!.address);
    });

    it('repeats a bulk call as one of both methods says, not as both do', async () => {
      const retry = { type: 'failure', maxRetries: 2, idempotent: true } as const;
      const late = failing(new RpcTimeoutError(5, 'late'));
      const both = merging({ retry }, late, { retry });
      await expect(both.get(1)).rejects.toThrow('late');
      expect(both.calls).toHaveLength(3);
      const bulkOnly = merging({}, late, { retry });
      await expect(bulkOnly.get(1)).rejects.toThrow('late');
      expect(bulkOnly.calls).toHaveLength(3);
    });

    it('counts each call in the breaker of its method, and rejects calls while it is open', async () => {
      const { get, governance, calls } = merging(
        { circuitBreaker: { minSamples: 2, errorRate: 0.5 } },
        failing(down),
      );
      await Promise.allSettled([get(1), get(2)]);
      await expect(get(3)).rejects.toMatchObject({ code: 'CIRCUIT_OPEN' });
      expect(calls).toHaveLength(1);
      expect(governance.breakers()).toMatchObject([
        { key: 'gateway/users/GetUser', state: 'open', counts: { total: 2 } },
      ]);
    });

    it('ends each call at the timeout of its method', async () => {
      jest.useFakeTimers();
      const { get } = merging({ timeout: { timeoutMs: 300 } }, () => new Promise(() => {}));
      const first = get(1).catch((error: unknown) => error);
      await jest.advanceTimersByTimeAsync(0);
      const early = callStorage.run(
        { call: { deadline: performance.now() + 100 } as IncomingCall },
        () => get(2),
      );
      const both = [early, get(3)].map((reply) => reply.catch((error: unknown) => error));
      void first;
      await jest.advanceTimersByTimeAsync(150);
      jest.useRealTimers();
      await expect(both[0]).resolves.toMatchObject({ code: 'RPC_TIMEOUT' });
    });

    it('rejects calls by the access rules of their own method', async () => {
      const { get, calls } = merging({ accessRules: [() => 'not today'] }, () => []);
      await expect(get(1)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
      expect(calls).toHaveLength(0);
    });
  });

  it('reports a breaker that the configuration switches off as closed, and no longer lists it', async () => {
    const config = new ManualConfig(settings(100, 1));
    const { governance, events } = governing({ config });
    const { endpoint } = scripted(failing(new RemoteError(6, 'no')));
    const send = governance.wrap(getUser, endpoint);
    await expect(send(call)).rejects.toThrow('no');
    expect(governance.breakers()).toMatchObject([{ state: 'open' }]);
    config.change(settings(100, 1).replace('enable: true', 'enable: false'));
    expect(governance.breakers()).toEqual([]);
    expect(events.filter(({ type }) => type === 'breaker')).toMatchObject([
      { from: 'closed', to: 'open' },
      { key: 'gateway/users/GetUser', from: 'open', to: 'closed' },
    ]);
    await expect(send(call)).rejects.toThrow('no');
  });

  it('reports an instance breaker that the configuration switches off as closed, and no longer lists it', async () => {
    const file = (enable: boolean) =>
      `services: { users: { instance_circuit_break: { enable: ${enable}, err_rate: 0.5, min_sample: 1 } } }`;
    const config = new ManualConfig(file(true));
    const { governance, events } = governing({ config });
    const { endpoint } = scripted(failing(new ConnectError('a:1', 'refused')));
    const send = governance.wrap(getUser, endpoint);
    await expect(send(call)).rejects.toThrow('refused');
    expect(governance.breakers()).toMatchObject([{ scope: 'instance', key: 'a:1', state: 'open' }]);
    config.change(file(false));
    expect(governance.breakers()).toEqual([]);
    expect(events.filter(({ type }) => type === 'breaker')).toMatchObject([
      { from: 'closed', to: 'open' },
      { scope: 'instance', key: 'a:1', from: 'open', to: 'closed' },
    ]);
    await expect(send(call)).rejects.toThrow('refused');
  });

  it('refuses to merge calls over a method that is not there', () => {
    const batch = { method: 'Nope', merge: () => ({}), split: () => [] };
    const { governance } = governing({ methods: { GetUser: { batch } } });
    expect(() => governance.wrap(getUser, scripted(() => 1).endpoint)).toThrow(
      'UserService.GetUser cannot be batched over "Nope": name another method of UserService',
    );
  });

  describe('with a oneway method', () => {
    const note = onewayMethod();
    const service = {
      name: 'UserService',
      methods: { GetUser: getUser, GetUsers: method({ name: 'GetUsers' }), Note: note },
    };
    const split = { merge: () => ({}), split: () => [] };

    it.each<[string, MethodPolicies, string]>([
      ['fallback', { fallback: { value: 1 } }, 'a fallback stands in for a reply'],
      [
        'retry',
        { retry: { type: 'backup', delayMs: 5 } },
        'a backup request is decided by the first reply (use the type failure)',
      ],
      ['retry', { retry: { type: 'mixed', delayMs: 5 } }, 'a backup request'],
      ['batch', { batch: { method: 'GetUsers', ...split } }, 'only results of a bulk call'],
    ])('fails at the start for its own policy %s, and says why: %j', (name, own, reason) => {
      const { governance } = governing({ service, methods: { Note: own } });
      expect(() => governance.wrap(note, scripted(() => 1).endpoint)).toThrow(
        `UserService.Note cannot have the policy ${name}: it is oneway, and ${reason}`,
      );
      governance.close();
    });

    it('has none of the policies for all methods that need a reply', async () => {
      const { governance } = governing({
        service,
        policies: {
          fallback: { value: 1 },
          retry: { type: 'backup', delayMs: 5 },
          batch: { method: 'GetUsers', ...split },
        },
        config: new ManualConfig(
          'services: { users: { methods: { "*": { fallback: { enable: true } } } } }',
        ),
      });
      expect(governance.policiesOf('Note')).toMatchObject({
        fallback: false,
        retry: false,
        batch: false,
      });
      const send = governance.wrap(note, scripted(() => undefined).endpoint);
      await expect(send(outgoing({ method: note }))).resolves.toBeUndefined();
      governance.close();
    });

    it('cannot be the bulk method of others', () => {
      const batch = { method: 'Note', ...split };
      const { governance } = governing({
        service,
        methods: { GetUser: { batch } },
      });
      expect(() => governance.wrap(getUser, scripted(() => 1).endpoint)).toThrow(
        'UserService.GetUser cannot be batched over "Note": it is oneway, and only results of a bulk call can be split',
      );
      governance.close();
    });

    it('keeps the policies in force when a new configuration has one that refuses it', async () => {
      const config = new ManualConfig('services: { users: { methods: {} } }');
      const { governance, events } = governing({ config });
      const send = governance.wrap(note, scripted(() => undefined).endpoint);
      config.change('services: { users: { methods: { Note: { fallback: { enable: true } } } } }');
      expect(events.at(-1)).toMatchObject({
        type: 'config_rejected',
        error: {
          message: expect.stringContaining('UserService.Note cannot have the policy fallback'),
        },
      });
      await expect(send(outgoing({ method: note }))).resolves.toBeUndefined();
      governance.close();
    });
  });

  it('follows neither discovery nor configuration after it was closed', async () => {
    const config = new ManualConfig(settings(100, 200));
    const { governance, events } = governing({ config });
    const { endpoint, calls } = scripted(() => 'reply');
    const send = governance.wrap(getUser, endpoint);
    governance.close();
    governance.close();
    config.change(settings(250, 200));
    await send(call);
    expect(calls[0]?.timeoutMs).toBe(100);
    expect(events).toEqual([]);
  });

  describe('ready', () => {
    let listener: InstanceListener;
    const resolver: Resolver = {
      name: 'late',
      watch(_service, ours) {
        listener = ours;
        return { close() {} };
      },
    };
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    it('gives the first instances as soon as discovery has found them, past failures', async () => {
      const { governance } = governing({ resolver });
      const ready = governance.ready(1_000);
      listener.fail(new Error('etcd is not up yet'));
      await jest.advanceTimersByTimeAsync(900);
      listener.update([toInstance('a:1')]);
      await expect(ready).resolves.toEqual([toInstance('a:1')]);
      await expect(governance.ready(0)).resolves.toEqual([toInstance('a:1')]);
    });

    const failureOf = (ready: Promise<unknown>) => ready.catch((error: unknown) => error);

    it('says why there was none in time', async () => {
      const { governance } = governing({ resolver });
      const silent = failureOf(governance.ready());
      await jest.advanceTimersByTimeAsync(3_000);
      expect(await silent).toMatchObject({
        code: 'NO_INSTANCE',
        message: 'no instance of users is known: discovery has not answered yet',
      });
      const failed = failureOf(governance.ready(50));
      const gone = new Error('etcd is gone');
      listener.fail(gone);
      await jest.advanceTimersByTimeAsync(50);
      expect(await failed).toMatchObject({
        message: 'no instance of users is known: etcd is gone',
        cause: gone,
      });
    });

    it('waits without a limit where the time is 0', async () => {
      const { governance } = governing({ resolver });
      const ready = governance.ready(0);
      listener.fail(new Error('etcd is not up yet'));
      await jest.advanceTimersByTimeAsync(3_600_000);
      listener.update([toInstance('a:1')]);
      await expect(ready).resolves.toEqual([toInstance('a:1')]);
    });

    it('does not keep anybody waiting on a client that is closed', async () => {
      const { governance } = governing({ resolver });
      const ready = failureOf(governance.ready());
      governance.close();
      expect(await ready).toMatchObject({ message: expect.stringContaining('client is closed') });
    });

    it('has nothing to wait for without a resolver', async () => {
      await expect(governing({ resolver: undefined }).governance.ready()).resolves.toEqual([]);
    });
  });
});
