import { ThriftException, type MethodDefinition } from '@nestjs-thrift/codec';
import { BizStatusError } from './biz-status.error.js';

/**
 * Whether an error is part of the contract of a method: a declared exception or a business status. The call itself
 * worked: it is not retried, and circuit breakers count a success.
 *
 * @param method needed for classes of the Apache compiler, which do not extend `ThriftException`
 */
export function isBusinessOutcome(error: unknown, method?: MethodDefinition): boolean {
  return (
    error instanceof BizStatusError ||
    error instanceof ThriftException ||
    (method?.exceptions.some(({ type }) => error instanceof type) ?? false)
  );
}
