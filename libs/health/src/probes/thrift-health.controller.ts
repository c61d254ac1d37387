import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import type { HealthCheckResult } from '@nestjs/terminus';
import { type ProbeResult, ThriftProbes } from './thrift-probes.js';

/**
 * `/health` and `/ready` on the HTTP port of a hybrid application, instead of an admin port. Nest closes that port after its
 * microservices have drained, so probes are answered to the end. nestjs-prometheus serves `/metrics` next to it.
 *
 * @example
 * ```ts
 * @Module({ imports: [ThriftHealthModule.forRoot({})], controllers: [ThriftHealthController] })
 * class AppModule {}
 * ```
 */
@Controller()
export class ThriftHealthController {
  constructor(private readonly probes: ThriftProbes) {}

  @Get('health')
  async health(): Promise<HealthCheckResult> {
    return answer(await this.probes.live());
  }

  @Get('ready')
  async ready(): Promise<HealthCheckResult> {
    return answer(await this.probes.ready());
  }
}

function answer({ passed, result }: ProbeResult): HealthCheckResult {
  if (!passed) {
    throw new ServiceUnavailableException(result);
  }
  return result;
}
