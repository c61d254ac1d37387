import type { LoggerService } from '@nestjs/common';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { IncomingCall } from '@nestjs-thrift/transport';
import {
  type AbortedCalls,
  errorMessage,
  invalidPayloadText,
} from '@nestjs-thrift/transport/internal';
import { patternOf } from '../decorators/handler-binding.js';
import { isLogged } from '../errors/caller-error.js';

/** Logs an error that callers do not get to see, unless something has logged it. */
export function logHandlerError(
  logger: Pick<LoggerService, 'error'>,
  error: unknown,
  call: IncomingCall,
): void {
  if (isLogged(call) || invalidPayloadText(error) !== undefined) {
    return;
  }
  const pattern = patternOf(call.service, call.method.name);
  const { stack } = (error ?? {}) as Partial<Error>;
  // log error: A handler failed with an error that callers do not see. The stack follows.
  logger.error(`${pattern} failed: ${errorMessage(error)}`, stack);
}

/** What a server serves, for the log line when it listens. */
export function describeServing(
  address: string,
  definitions: readonly ServiceDefinition[],
): string {
  const services = definitions.map(({ name }) => name).join(',');
  const methods = definitions.flatMap((definition) => Object.keys(definition.methods)).length;
  return `address=${address} services=${services} methods=${methods}`;
}

/** Calls that a drain ends, for the log. */
export function listed(calls: readonly AbortedCalls[]): string {
  return calls
    .map(({ service, method, count }) => `${count} of ${patternOf(service, method.name)}`)
    .join(', ');
}
