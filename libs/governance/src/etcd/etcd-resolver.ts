import type { Etcd3 } from 'etcd3';
import { PolledService } from '../instances/discovery/polling-resolver.js';
import type { Instance } from '../instances/discovery/instance.js';
import type { InstanceListener, InstanceWatch, Resolver } from '../instances/discovery/resolver.js';
import { DEFAULT_REGISTRY_PREFIX, parseInstance, servicePrefix } from './registry-format.js';
import { WatchedPrefix } from './watched-prefix.js';

/** How instances are found in etcd. */
export interface EtcdResolverOptions {
  /** Default `kitex/registry-etcd`. */
  readonly prefix?: string;
  /** Reads all anew at least so often, in milliseconds, should a change be missed. Default 30,000. */
  readonly refreshIntervalMs?: number;
}

/**
 * Finds the instances that registered themselves in etcd in the format of Kitex's registry-etcd, be they written in Go or
 * here; changes are seen at once, where Kitex asks every five seconds. The client stays the caller's to close.
 */
export function etcdResolver(client: Etcd3, options: EtcdResolverOptions = {}): Resolver {
  const { prefix = DEFAULT_REGISTRY_PREFIX, refreshIntervalMs = 30_000 } = options;
  return {
    name: 'etcd',
    watch: (service, listener) =>
      watchService(client, servicePrefix(prefix, service), listener, refreshIntervalMs),
  };
}

function watchService(
  client: Etcd3,
  prefix: string,
  listener: InstanceListener,
  intervalMs: number,
): InstanceWatch {
  const polled = new PolledService(() => findAll(client, prefix), listener, intervalMs);
  const watched = new WatchedPrefix(client, prefix, () => void polled.refresh());
  return {
    close() {
      watched.close();
      polled.close();
    },
  };
}

async function findAll(client: Etcd3, prefix: string): Promise<Instance[]> {
  const values = await client.getAll().prefix(prefix).strings();
  return Object.values(values)
    .map(parseInstance)
    .filter((instance) => instance !== undefined);
}
