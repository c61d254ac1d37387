import { ThriftException, type MethodDefinition } from '@nestjs-thrift/codec';
import {
  AclError,
  BizStatusError,
  CancelledError,
  ClosedError,
  ConnectError,
  RpcTimeoutError,
} from '@nestjs-thrift/transport';
import { NoInstanceError } from '../../errors/no-instance.error.js';

/** What a breaker makes of how a call ended; `ignored` is not counted at all. */
export type BreakerOutcome = 'success' | 'failure' | 'timeout' | 'ignored';

/**
 * Whether an error is part of the contract of the method: a declared exception or a business status. Such a call
 * worked as a call: it is not retried, and breakers count a success.
 */
export function isBusinessError(error: unknown, method?: MethodDefinition): boolean {
  return (
    error instanceof BizStatusError ||
    error instanceof ThriftException ||
    // Classes of the Apache compiler have no base of ours.
    (method?.exceptions.some(({ type }) => error instanceof type) ?? false)
  );
}

/**
 * The classes of Kitex's service breaker: every error is a failure, a timeout counts as such, business errors are
 * successes, and errors that say nothing about the service (no instance, access refused, client closed) are ignored. A
 * call its own caller cancelled is ignored too, where Kitex counts a timeout: losers of a backup request end that way.
 */
export function classifyForService(error: unknown, method?: MethodDefinition): BreakerOutcome {
  if (error instanceof RpcTimeoutError) {
    return 'timeout';
  }
  if (saysNothing(error) || error instanceof NoInstanceError || error instanceof AclError) {
    return 'ignored';
  }
  return isBusinessError(error, method) ? 'success' : 'failure';
}

/** The classes of Kitex's instance breaker: only a failure to connect counts as one. */
export function classifyForInstance(error: unknown): BreakerOutcome {
  if (error instanceof ConnectError) {
    return 'failure';
  }
  return saysNothing(error) ? 'ignored' : 'success';
}

function saysNothing(error: unknown): boolean {
  return error instanceof CancelledError || error instanceof ClosedError;
}
