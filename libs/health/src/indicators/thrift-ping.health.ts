import { Injectable } from '@nestjs/common';
import { type HealthCheckAttempt, HealthIndicatorService } from '@nestjs/terminus';
import { BizStatusError, type CallOptions, ThriftException } from '@nestjs-thrift/microservice';

/** Calls a remote service as a check. */
@Injectable()
export class ThriftPingHealthIndicator {
  constructor(private readonly health: HealthIndicatorService) {}

  /**
   * Up when the service answers in time, also with a declared exception or a business status; else down.
   *
   * @param ping makes the call, with the options given to it.
   * @param timeoutMs Default 1,000.
   *
   * @example
   * indicator.pingCheck('users', (options) => users.Ping(options))
   */
  pingCheck<Key extends string>(
    key: Key,
    ping: (options: CallOptions) => Promise<unknown>,
    timeoutMs = 1000,
  ): HealthCheckAttempt<Key> {
    return this.health
      .check(key)
      .attempt(async ({ signal }) => {
        try {
          await ping({ signal, timeoutMs });
        } catch (error) {
          if (!(error instanceof BizStatusError || error instanceof ThriftException)) {
            throw error;
          }
        }
      })
      .withTimeout(timeoutMs);
  }
}
