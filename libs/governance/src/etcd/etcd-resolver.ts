import type { Etcd3 } from 'etcd3';
import {
  milliseconds,
  type OptionsOf,
  resolveOptions,
  text,
} from '@nestjs-thrift/transport/internal';
import type { Instance } from '../instances/discovery/instance.js';
import type { Resolver } from '../instances/discovery/resolver.js';
import { DEFAULT_REGISTRY_PREFIX, parseInstance, servicePrefix } from './registry-format.js';
import { DEFAULT_REFRESH_INTERVAL_MS, WatchedPrefix } from './watched-prefix.js';

/** Options of discovery in etcd. */
export const ETCD_RESOLVER_OPTIONS = {
  /** Where registrations are kept. */
  prefix: text({ default: DEFAULT_REGISTRY_PREFIX }),
  /** How often all instances are read, in case the watch misses a change, in milliseconds. */
  refreshIntervalMs: milliseconds({ min: 1, default: DEFAULT_REFRESH_INTERVAL_MS }),
};

/** How instances are found in etcd. */
export interface EtcdResolverOptions extends OptionsOf<typeof ETCD_RESOLVER_OPTIONS> {}

/**
 * Finds the instances that registered themselves in etcd in the format of Kitex's registry-etcd, be they written in Go or
 * here; changes are seen at once, where Kitex asks every five seconds. A watch that is lost (a partition, a compaction, data that was
 * restored) is reported as a failed look-up and made again. The client stays the caller's to close.
 *
 * @throws TypeError that names each wrong option.
 */
export function etcdResolver(client: Etcd3, options: EtcdResolverOptions = {}): Resolver {
  const { prefix, refreshIntervalMs } = resolveOptions(
    'etcdResolver',
    ETCD_RESOLVER_OPTIONS,
    options,
  );
  return {
    name: 'etcd',
    watch: (service, listener) =>
      new WatchedPrefix(
        client,
        servicePrefix(prefix, service),
        {
          changed: (values) => listener.update(instancesOf(values)),
          failed: (error) => listener.fail(error),
        },
        refreshIntervalMs,
      ),
  };
}

function instancesOf(values: ReadonlyMap<string, string>): Instance[] {
  return [...values.values()].map(parseInstance).filter((instance) => instance !== undefined);
}
