import { jest } from '@jest/globals';
import { Etcd3 } from 'etcd3';
import { etcdIsInstalled, EtcdServer } from '#test/etcd-server.js';
import { until } from '#test/until.js';
import { configuredLimits, configuredPolicies } from '../client/kitex-policies.js';
import type { InstanceWatch } from '../instances/discovery/resolver.js';
import type { Subscribe } from '../support/emitter.js';
import { RecordingListener } from '../../test/recording-listener.js';
import { EtcdGovernanceConfig } from './etcd-config.js';
import { EtcdRegistry } from './etcd-registry.js';
import { etcdResolver } from './etcd-resolver.js';

const USER_KEY = 'kitex/registry-etcd/users/10.0.0.1:8888';

function next<T>(event: Subscribe<T>): Promise<T> {
  return new Promise((resolve) => {
    const subscription = event((data) => {
      subscription.dispose();
      resolve(data);
    });
  });
}

if (!etcdIsInstalled) {
  console.warn('etcd is not installed (Debian: etcd-server): its tests are skipped');
}

(etcdIsInstalled ? describe : describe.skip)('with a real etcd', () => {
  let server: EtcdServer;
  let client: Etcd3;
  let watch: InstanceWatch | undefined;

  beforeAll(async () => {
    server = await EtcdServer.start();
    client = new Etcd3({ hosts: server.url });
  }, 20_000);
  afterAll(async () => {
    client.close();
    await server.stop();
  });
  afterEach(async () => {
    watch?.close();
    watch = undefined;
    await client.delete().all();
  });

  function watching(service: string): RecordingListener {
    const listener = new RecordingListener();
    watch = etcdResolver(client).watch(service, listener);
    return listener;
  }

  it('registers in the format of Kitex and takes itself out again', async () => {
    const registration = await new EtcdRegistry(client).register({
      serviceName: 'users',
      address: '10.0.0.1:8888',
      weight: 20,
      tags: { zone: 'a' },
    });
    const key = 'kitex/registry-etcd/users/10.0.0.1:8888';
    expect(await client.get(key).json()).toEqual({
      network: 'tcp',
      address: '10.0.0.1:8888',
      weight: 20,
      tags: { zone: 'a' },
    });
    await registration.close();
    await registration.close();
    expect(await client.get(key)).toBeNull();
  });

  it('finds what Go services register, follows changes, and ignores entries that are not instances', async () => {
    const key = (address: string) => `kitex/registry-etcd/users/${address}`;
    const value = (address: string) =>
      JSON.stringify({ network: 'tcp', address, weight: 10, tags: null });
    await client.put(key('10.0.0.1:8888')).value(value('10.0.0.1:8888'));
    await client.put(key('broken')).value('{');
    await client.put('kitex/registry-etcd/users-other/x').value(value('10.9.9.9:1'));
    const listener = watching('users');
    await listener.until(() => listener.updates.length === 1);
    expect(listener.updates[0]).toEqual([{ address: '10.0.0.1:8888', weight: 10, tags: {} }]);
    await client.put(key('10.0.0.2:8888')).value(value('10.0.0.2:8888'));
    await listener.until(() => listener.addresses.length === 2);
    await client.delete().key(key('10.0.0.1:8888'));
    await listener.until(() => listener.addresses.length === 1);
    expect(listener.addresses).toEqual(['10.0.0.2:8888']);
  });

  it('finds our own servers, and not after their end', async () => {
    const listener = watching('orders');
    await listener.until(() => listener.updates.length === 1);
    expect(listener.addresses).toEqual([]);
    const registry = new EtcdRegistry(client);
    const registration = await registry.register({ serviceName: 'orders', address: '[::1]:8888' });
    await listener.until(() => listener.addresses.length === 1);
    await registration.close();
    await listener.until(() => listener.addresses.length === 0);
  });

  it('registers again when its lease was lost', async () => {
    const errors: Error[] = [];
    const registry = new EtcdRegistry(client, {
      leaseTtlSeconds: 1,
      retryDelayMs: 1,
      onError: (error) => errors.push(error),
    });
    const registration = await registry.register({
      serviceName: 'users',
      address: '10.0.0.1:8888',
    });
    const listener = watching('users');
    await listener.until(() => listener.addresses.length === 1);
    const { leases } = await client.leaseClient.leaseLeases();
    await client.leaseClient.leaseRevoke({ ID: leases[0]!.ID });
    await listener.until(() => listener.addresses.length === 0);
    await listener.until(() => listener.addresses.length === 1);
    expect(errors).toHaveLength(1);
    await registration.close();
  }, 20_000);

  it('registers again when the callback for errors throws', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const registration = await new EtcdRegistry(client, {
      leaseTtlSeconds: 1,
      retryDelayMs: 1,
      onError: () => {
        throw new Error('no log');
      },
    }).register({ serviceName: 'users', address: '10.0.0.1:8888' });
    const { leases } = await client.leaseClient.leaseLeases();
    await client.leaseClient.leaseRevoke({ ID: leases[0]!.ID });
    await until(() => warn.mock.calls.length > 0);
    expect(String(warn.mock.calls[0]![0])).toMatch(/^onError of the EtcdRegistry threw: /);
    warn.mockRestore();
    await until(async () => (await client.get(USER_KEY)) !== null);
    await registration.close();
  }, 20_000);

  it('writes a key again that vanished', async () => {
    const errors: string[] = [];
    const registration = await new EtcdRegistry(client, {
      observeDelayMs: 50,
      onError: ({ message }) => errors.push(message),
    }).register({ serviceName: 'users', address: '10.0.0.1:8888' });
    await client.delete().key(USER_KEY);
    await until(async () => (await client.get(USER_KEY)) !== null);
    expect(errors).toEqual([`${USER_KEY} vanished from etcd; it is written again`]);
    await registration.close();
    expect(await client.get(USER_KEY)).toBeNull();
  });

  it('stays registered when another process with the same address leaves', async () => {
    const registry = new EtcdRegistry(client, { observeDelayMs: 50 });
    const registration = { serviceName: 'users', address: '10.0.0.1:8888' };
    const ours = await registry.register(registration);
    const theirs = await new EtcdRegistry(client).register(registration);
    await theirs.close();
    await until(async () => (await client.get(USER_KEY)) !== null);
    await ours.close();
    expect(await client.get(USER_KEY)).toBeNull();
  });

  it('gives an instance without a weight the default, as Kitex', async () => {
    const values = [{}, { weight: null }, { weight: 0 }, { weight: 20 }];
    for (const [n, weight] of values.entries()) {
      const address = `10.0.0.${n}:8888`;
      const value = JSON.stringify({ network: 'tcp', address, tags: null, ...weight });
      await client.put(`kitex/registry-etcd/users/${address}`).value(value);
    }
    const listener = watching('users');
    await listener.until(() => listener.updates.length === 1);
    expect(listener.updates[0]!.map(({ weight }) => weight)).toEqual([10, 10, 10, 20]);
  });

  it('refuses to register a malformed address', async () => {
    const registering = new EtcdRegistry(client).register({
      serviceName: 'users',
      address: 'here',
    });
    await expect(registering).rejects.toThrow('"here" cannot be registered');
  });

  describe('the configuration', () => {
    const key = (category: string) => `/KitexConfig/gateway/users/${category}`;
    let config: EtcdGovernanceConfig | undefined;
    afterEach(async () => {
      await config?.close();
    });
    const open = async () => {
      config = await EtcdGovernanceConfig.open(client, {
        client: 'gateway',
        servers: ['users'],
        server: 'gateway',
      });
      return config;
    };
    const policies = (method = 'GetUser') => configuredPolicies(config?.current, 'users', method);

    it('reads the categories of Kitex and follows them', async () => {
      await client
        .put(key('rpc_timeout'))
        .value('{"*": {"rpc_timeout_ms": 100, "conn_timeout_ms": 20}}');
      await client.put(key('degradation')).value('{"enable": true, "percentage": 30}');
      await client
        .put(key('retry'))
        .value('{"GetUser": {"enable": true, "type": 1, "backup_policy": {"retry_delay_ms": 10}}}');
      await client.put(key('fallback')).value('{"GetUser": {"enable": true, "value": {"id": 1}}}');
      await client.put(key('dynamic_timeout')).value('{"*": {"enable": true, "ceiling_ms": 900}}');
      await client.put('/KitexConfig/gateway/limit').value('{"qps_limit": 50}');
      const { onChange } = await open();
      expect(policies()).toMatchObject({
        timeout: { attemptTimeoutMs: 100, connectTimeoutMs: 20 },
        retry: { type: 'backup', delayMs: 10 },
        degradationPercentage: 30,
        fallback: { value: { id: 1 } },
        dynamicTimeout: { ceilingMs: 900 },
      });
      expect(configuredLimits(config?.current, 'gateway')).toMatchObject({ maxQps: 50 });
      const changed = next(onChange);
      await client
        .put(key('circuit_break'))
        .value('{"GetUser": {"enable": true, "err_rate": 0.4}}');
      await changed;
      expect(policies().circuitBreaker).toMatchObject({ errorRate: 0.4 });
      expect(policies('Other').circuitBreaker).toBeUndefined();
    });

    it('leaves out the bad method alone, and reports what was rejected or replaced before it was open', async () => {
      await client
        .put(key('rpc_timeout'))
        .value('{"GetUser": {"rpc_timeout_ms": "fast"}, "*": {"rpc_timeout_ms": 100}}');
      await client.put(key('circuit_break')).value('GetUser: { enable: true }');
      await client
        .put(key('retry'))
        .value(
          '{"*": {"enable": true, "failure_policy": {"stop_policy": {"max_retry_times": 9}}}}',
        );
      const { onRejected, onWarning } = await open();
      const rejected: string[] = [];
      onRejected(({ message }) => rejected.push(message));
      expect(rejected.sort()).toEqual([
        expect.stringMatching(/^\/KitexConfig\/gateway\/users\/circuit_break: .*JSON/),
        expect.stringContaining('/users/rpc_timeout: GetUser.rpc_timeout_ms must be milliseconds'),
      ]);
      const warnings: string[] = [];
      onWarning((message) => warnings.push(message));
      expect(warnings).toEqual([
        '/KitexConfig/gateway/users/retry: *.failure_policy.stop_policy.max_retry_times 9 is out of range, 5 is used',
      ]);
      expect(policies('Other').timeout).toMatchObject({ attemptTimeoutMs: 100 });
      expect(policies().retry).toMatchObject({ maxRetries: 5 });
    });

    it('switches a breaker off with what Go writes for one that is off', async () => {
      await client.put(key('circuit_break')).value('{"*": {"enable": true, "err_rate": 0.4}}');
      const { onChange } = await open();
      expect(policies().circuitBreaker).toMatchObject({ errorRate: 0.4 });
      const changed = next(onChange);
      await client
        .put(key('circuit_break'))
        .value('{"*": {"enable":false,"err_rate":0,"min_sample":0}}');
      await changed;
      expect(policies().circuitBreaker).toBe(false);
    });

    it('refuses a bad value and keeps the last good one until the key is deleted', async () => {
      await client.put(key('rpc_timeout')).value('{"*": {"rpc_timeout_ms": 100}}');
      const { onChange, onRejected } = await open();
      const refused = next(onRejected);
      await client.put(key('rpc_timeout')).value('{"*": {"rpc_timeout_ms": "fast"}}');
      expect((await refused).message).toBe(
        '/KitexConfig/gateway/users/rpc_timeout: *.rpc_timeout_ms must be milliseconds, an integer from 0 to 2147483647; got the string "fast"',
      );
      expect(policies().timeout).toMatchObject({ attemptTimeoutMs: 100 });
      const changed = next(onChange);
      await client.delete().key(key('rpc_timeout'));
      await changed;
      expect(policies().timeout).toBeUndefined();
    });
  });
});
