import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { AbortedCalls } from '@nestjs-thrift/transport/internal';
import { patternOf } from '../decorators/handler-binding.js';

/** Where a server listens and what it offers, for its log. */
export function describeServing(
  address: string,
  definitions: readonly ServiceDefinition[],
): string {
  const services = definitions.map(({ name }) => name).join(',');
  const methods = definitions.flatMap((definition) => Object.keys(definition.methods)).length;
  return `address=${address} services=${services} methods=${methods}`;
}

/** How many calls of which methods a drain cut off, for its log. */
export function listed(calls: readonly AbortedCalls[]): string {
  return calls
    .map(({ service, method, count }) => `${count} of ${patternOf(service, method.name)}`)
    .join(', ');
}
