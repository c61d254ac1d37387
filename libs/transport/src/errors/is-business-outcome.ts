import { ThriftException, type MethodDefinition } from '@nestjs-thrift/codec';
import { BizStatusError } from './biz-status.error.js';

/** Whether an error is part of what the method may answer: a declared exception, or a business status. */
export function isBusinessOutcome(error: unknown, method: MethodDefinition): boolean {
  return (
    error instanceof BizStatusError ||
    error instanceof ThriftException ||
    method.exceptions.some(({ type }) => error instanceof type)
  );
}
