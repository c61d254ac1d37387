import type { MethodDefinition } from '@nestjs-thrift/codec';
import { errorRow, type BreakerOutcome } from '@nestjs-thrift/codec/internal';
import { isBusinessOutcome } from '@nestjs-thrift/transport/internal';

/**
 * What a service breaker counts a failed call as: what the table of error codes says; a business outcome is a success, an
 * error that the table does not know a failure. The classes are those of Kitex's service breaker, except that a call
 * cancelled by its own caller is ignored, where Kitex counts a timeout: the cancelled attempts of hedging end that way.
 */
export function classifyForService(error: unknown, method?: MethodDefinition): BreakerOutcome {
  return errorRow(error)?.service ?? (isBusinessOutcome(error, method) ? 'success' : 'failure');
}

/** The same for an instance breaker. As in Kitex only a failure to connect counts as one. */
export function classifyForInstance(error: unknown): BreakerOutcome {
  return errorRow(error)?.instance ?? 'success';
}
