import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { ThriftServer } from '@nestjs-thrift/microservice';
import { statusOf } from './server-status.js';

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
