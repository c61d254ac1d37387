import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { AnyPolicy } from '@nestjs-thrift/governance';
import { from, lastValueFrom, type Observable } from 'rxjs';

/**
 * Runs handlers of any kind through a policy, with the pipes and interceptors after it: a breaker in front of an HTTP
 * route, a bulkhead around a controller. Where only the handler of a Thrift method counts, the decorators cost less.
 *
 * @example
 * @UseInterceptors(new PolicyInterceptor(bulkhead(20)))
 * class ReportController {}
 */
export class PolicyInterceptor implements NestInterceptor {
  constructor(private readonly policy: AnyPolicy) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return from(
      this.policy.execute(() => lastValueFrom(next.handle(), { defaultValue: undefined })),
    );
  }
}
