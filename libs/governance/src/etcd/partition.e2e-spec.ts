import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { cleanUp } from '#test/cleanup.js';
import { etcdIsInstalled, EtcdServer } from '#test/etcd-server.js';
import { Partition } from '#test/partition.js';
import { until } from '#test/until.js';
import { configuredLimits } from '../client/kitex-policies.js';
import { RecordingListener } from '../../test/recording-listener.js';
import { EtcdGovernanceConfig } from './etcd-config.js';
import { EtcdRegistry } from './etcd-registry.js';
import { etcdResolver } from './etcd-resolver.js';

if (!etcdIsInstalled) {
  console.warn('etcd is not installed (Debian: etcd-server): its tests are skipped');
}

/** So long that only a watch can be what sees a change. */
const NEVER_MS = 3_600_000;
const LIMIT_KEY = '/KitexConfig/gateway/limit';

(etcdIsInstalled ? describe : describe.skip)('etcd behind a network that fails', () => {
  let etcd: EtcdServer;
  /** Past the partition. */
  let direct: Etcd3;
  let partition: Partition;
  let client: Etcd3;

  beforeEach(async () => {
    etcd = await EtcdServer.start();
    direct = new Etcd3({ hosts: etcd.url });
    partition = await Partition.before(etcd.address);
    client = new Etcd3({ hosts: `http://${partition.address}` });
    cleanUp(async () => {
      client.close();
      partition.close();
      direct.close();
      await etcd.stop();
    });
  }, 30_000);

  async function register(address: string): Promise<void> {
    const value = JSON.stringify({ network: 'tcp', address, weight: 10, tags: null });
    await direct.put(`kitex/registry-etcd/users/${address}`).value(value);
  }

  /** Forgets all revisions before the present one. */
  async function compact(): Promise<void> {
    const { header } = await direct.getAll().prefix('kitex').exec();
    await direct.kv.compact({ revision: header.revision, physical: true });
  }

  async function watching(refreshIntervalMs: number): Promise<RecordingListener> {
    await register('10.0.0.1:1');
    const listener = new RecordingListener();
    const watch = etcdResolver(client, { refreshIntervalMs }).watch('users', listener);
    cleanUp(() => watch.close());
    await until(() => listener.addresses.length === 1);
    // One more change, so that the watch is known to be there.
    await register('10.0.0.2:1');
    await until(() => listener.addresses.length === 2);
    return listener;
  }

  it('finds instances by a new watch after a partition that outlives a compaction', async () => {
    const listener = await watching(NEVER_MS);
    partition.cut();
    await register('10.0.0.3:1');
    await register('10.0.0.4:1');
    await compact();
    partition.heal();
    await until(() => listener.addresses.length === 4);
    await register('10.0.0.5:1');
    await until(() => listener.addresses.length === 5);
    expect(listener.failures.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /^the etcd watch on "kitex\/registry-etcd\/users\/" ended: .*; it is made again/,
      ),
    );
  }, 60_000);

  it('finds instances by a new watch after the data was restored', async () => {
    await etcd.down();
    await etcd.backUp();
    await etcd.up();
    const listener = await watching(NEVER_MS);
    for (let n = 3; n < 9; n += 1) {
      await register(`10.0.0.${n}:1`);
    }
    await until(() => listener.addresses.length === 8);
    await etcd.down();
    await etcd.restore();
    await etcd.up();
    await until(() => listener.addresses.length === 0);
    // Its revision is below those that the first watch saw.
    await register('10.0.0.9:1');
    await until(() => listener.addresses.join() === '10.0.0.9:1');
  }, 60_000);

  it('reads at an interval, and makes the watch again, after its connection was lost silently', async () => {
    const listener = await watching(300);
    partition.forget();
    await register('10.0.0.3:1');
    await until(() => listener.addresses.length === 3);
    const { length } = listener.updates;
    await register('10.0.0.4:1');
    await until(() => listener.addresses.length === 4);
    expect(listener.updates).toHaveLength(length + 1);
  }, 60_000);

  it('makes a watch again that missed a change although etcd can be read', async () => {
    // What a proxy does that drops streams, but not requests.
    let confirmed = 0;
    let reads = 0;
    const watch = async () => {
      const stream = await client.watchClient.watch();
      stream.on('data', ({ created }) => (confirmed += created ? 1 : 0));
      return stream;
    };
    const getAll = () => {
      reads += 1;
      return direct.getAll();
    };
    const half = Object.create(direct, {
      watchClient: { value: { watch } },
      getAll: { value: getAll },
    }) as Etcd3;
    const listener = new RecordingListener();
    const watched = etcdResolver(half, { refreshIntervalMs: 200 }).watch('users', listener);
    cleanUp(() => watched.close());
    await until(() => confirmed === 1);
    // A new watch causes a read, and a change that this read finds is not a missed one; of the next read it is.
    const settled = reads + 2;
    await until(() => reads >= settled);
    partition.forget();
    await register('10.0.0.1:1');
    await until(() => listener.addresses.length === 1);
    // A slow machine makes it more than once. gRPC takes seconds to leave the dead connection.
    await until(() => confirmed >= 2, 45_000);
    // A read that fails for another reason is a failure as well, on a machine whose disk is slow.
    const ofWatch = listener.failures.filter(({ message }) => message.includes('watch'));
    expect([...new Set(ofWatch.map(({ message }) => message))]).toEqual([
      'the etcd watch on "kitex/registry-etcd/users/" missed a change; it is made again, and etcd is read every 200 ms',
    ]);
  }, 60_000);

  it('follows the configuration by a new watch after a partition that outlives a compaction', async () => {
    const failures: Error[] = [];
    await direct.put(LIMIT_KEY).value('{"qps_limit": 1}');
    const config = await EtcdGovernanceConfig.open(client, {
      server: 'gateway',
      refreshIntervalMs: NEVER_MS,
    });
    cleanUp(() => config.close());
    config.onFailure((error) => failures.push(error));
    const qps = () => configuredLimits(config.current, 'gateway')?.maxQps;
    expect(qps()).toBe(1);
    partition.cut();
    await direct.put(LIMIT_KEY).value('{"qps_limit": 2}');
    await direct.put(LIMIT_KEY).value('{"qps_limit": 3}');
    await compact();
    partition.heal();
    await until(() => qps() === 3);
    await direct.put(LIMIT_KEY).value('{"qps_limit": 4}');
    await until(() => qps() === 4);
    expect(failures.length).toBeGreaterThan(0);
  }, 60_000);

  it('reads the configuration at an interval after its connection was lost silently', async () => {
    await direct.put(LIMIT_KEY).value('{"qps_limit": 1}');
    const config = await EtcdGovernanceConfig.open(client, {
      server: 'gateway',
      refreshIntervalMs: 300,
    });
    cleanUp(() => config.close());
    partition.forget();
    await direct.put(LIMIT_KEY).value('{"qps_limit": 2}');
    await until(() => configuredLimits(config.current, 'gateway')?.maxQps === 2);
  }, 60_000);

  it('leaves nothing behind of a registration that failed', async () => {
    partition.cut();
    const errors: Error[] = [];
    const registry = new EtcdRegistry(client, {
      retryDelayMs: 1,
      observeDelayMs: 1,
      onError: (error) => errors.push(error),
    });
    const registering = registry.register({ serviceName: 'users', address: '10.0.0.1:1' });
    await expect(registering).rejects.toThrow();
    partition.heal();
    await sleep(500);
    expect(await direct.getAll().prefix('kitex').keys()).toEqual([]);
    expect(errors).toEqual([]);
  }, 60_000);

  it('registers again after the data was restored', async () => {
    await etcd.down();
    await etcd.backUp();
    await etcd.up();
    const registry = new EtcdRegistry(client, { retryDelayMs: 50, observeDelayMs: 50 });
    const registration = await registry.register({ serviceName: 'users', address: '10.0.0.1:1' });
    await etcd.down();
    await etcd.restore();
    await etcd.up();
    await until(async () => (await direct.getAll().prefix('kitex').keys()).length === 1);
    await registration.close();
    expect(await direct.getAll().prefix('kitex').keys()).toEqual([]);
  }, 60_000);

  it('rejects to open a configuration that cannot be read', async () => {
    partition.cut();
    await expect(EtcdGovernanceConfig.open(client, { server: 'gateway' })).rejects.toThrow();
  }, 60_000);
});
