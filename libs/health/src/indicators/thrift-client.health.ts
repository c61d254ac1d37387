import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type {
  ThriftServer,
  ThriftServerStatus,
  ServiceDefinition,
  ThriftClient,
} from '@nestjs-thrift/microservice';
import type { Instance } from '@nestjs-thrift/governance';
import type { ClientTransport } from '@nestjs-thrift/transport';
import { degraded } from './degraded.js';

/** Whether a Thrift server takes calls. */
@Injectable()
export class ThriftServerHealthIndicator {
  constructor(private readonly health: HealthIndicatorService) {}

  /**
   * Up while the server listens; down before, and from the first sign of a shutdown on, so that callers go elsewhere while
   * calls in flight are finished.
   */
  isListening<Key extends string>(key: Key, server: ThriftServer): HealthIndicatorResult<Key> {
    const check = this.health.check(key);
    const state = statusOf(server) ?? 'not started';
    return state === 'listening' ? check.up({ state }) : check.down({ state });
  }
}

/** The last status; a server replays it to each subscriber. */
export function statusOf(server: ThriftServer): ThriftServerStatus | undefined {
  let last: ThriftServerStatus | undefined;
  server.status.subscribe((status) => (last = status)).unsubscribe();
  return last;
}

/** Instances that are dialled before a service counts as unreachable. */
const MOST_DIALS = 3;

/** Whether a client can do its calls. */
@Injectable()
export class ThriftClientHealthIndicator {
  constructor(private readonly health: HealthIndicatorService) {}

  /**
   * Down when no instance is known or none can be reached; degraded while breakers are open; else up. An open connection
   * counts as reached; only without any up to three instances are dialled.
   */
  async canCall<Key extends string>(
    key: Key,
    client: ThriftClient,
    service: ServiceDefinition | string,
  ): Promise<HealthIndicatorResult<Key>> {
    const check = this.health.check(key);
    const governance = client.governance(service);
    const { instances } = governance;
    const connected = await reached(client.unwrap<ClientTransport>(), instances);
    const openBreakers = governance
      .breakers()
      .filter(({ state }) => state === 'open')
      .map((breaker) => breaker.key);
    const details = { instances: instances.length, connected, openBreakers };
    if (instances.length === 0) {
      return check.down({ ...details, message: 'no instance is known' });
    }
    if (connected === 0) {
      return check.down({ ...details, message: 'no instance can be reached' });
    }
    return openBreakers.length > 0 ? degraded(this.health, key, details) : check.up(details);
  }
}

/** How many instances have an open connection. */
async function reached(
  transport: ClientTransport,
  instances: readonly Instance[],
): Promise<number> {
  const stats = transport.stats();
  const connected = instances.filter(({ address }) => {
    const pool = stats.get(address);
    return pool !== undefined && pool.active + pool.idle > 0;
  });
  if (connected.length > 0) {
    return connected.length;
  }
  for (const { address } of instances.slice(0, MOST_DIALS)) {
    try {
      await transport.connect(address);
      return 1;
    } catch {
      // The next one may answer; what is wrong is counted by the pool and told by the indicator.
    }
  }
  return 0;
}
