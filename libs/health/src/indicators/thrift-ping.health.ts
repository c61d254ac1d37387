import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { BizStatusError, type CallOptions, ThriftException } from '@nestjs-thrift/microservice';
import { errorMessage, milliseconds, resolveOption } from '@nestjs-thrift/transport/internal';

/** Calls a remote service as a check. */
@Injectable()
export class ThriftPingHealthIndicator {
  constructor(private readonly health: HealthIndicatorService) {}

  /**
   * Up when the service answers in time, also with a declared exception or a business status; else down, with the
   * message of the error. Either way with `responseTime`, in milliseconds.
   *
   * @param ping makes the call, with the options given to it.
   * @param timeoutMs longest wait for the answer; 0 for no limit. @defaultValue 1,000
   * @throws TypeError for a time that is not allowed.
   *
   * @example
   * indicator.pingCheck('users', (options) => users.Ping(options))
   */
  async pingCheck<Key extends string>(
    key: Key,
    ping: (options: CallOptions) => Promise<unknown>,
    timeoutMs = 1000,
  ): Promise<HealthIndicatorResult<Key>> {
    resolveOption('pingCheck(timeoutMs)', milliseconds(), timeoutMs);
    const check = this.health.check(key);
    const started = performance.now();
    const responseTime = () => Math.round(performance.now() - started);
    try {
      await inTime(ping, timeoutMs);
    } catch (error) {
      if (!(error instanceof BizStatusError || error instanceof ThriftException)) {
        return check.down({ message: errorMessage(error), responseTime: responseTime() });
      }
    }
    return check.up({ responseTime: responseTime() });
  }
}

/** A ping need not pass on the options it gets. */
function inTime(
  ping: (options: CallOptions) => Promise<unknown>,
  timeoutMs: number,
): Promise<unknown> {
  if (timeoutMs === 0) {
    return ping({ timeoutMs });
  }
  const signal = AbortSignal.timeout(timeoutMs);
  const timedOut = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${timeoutMs} ms`)));
  });
  return Promise.race([ping({ signal, timeoutMs }), timedOut]);
}
