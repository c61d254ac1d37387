import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { ThriftServer, ThriftServerStatus } from '@nestjs-thrift/microservice';

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

/** The last status; a server replays it to whoever subscribes. */
function statusOf(server: ThriftServer): ThriftServerStatus | undefined {
  let last: ThriftServerStatus | undefined;
  server.status.subscribe((status) => (last = status)).unsubscribe();
  return last;
}
