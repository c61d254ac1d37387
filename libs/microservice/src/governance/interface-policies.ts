import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { MethodPolicies } from '@nestjs-thrift/governance';
import { bulkhead } from 'cockatiel';
import { declaredNames, declaredPoliciesOf, type DeclaredPolicies } from './declared-policies.js';

/** A class whose decorators say how the methods of a service are called; it is never made. */
export type ClientInterface = abstract new (...args: never[]) => object;

/**
 * The policies that a client interface declares, by method.
 *
 * @throws Error for a member that is not a method of the service.
 */
export function interfacePolicies(
  { name, methods }: ServiceDefinition,
  declaring: ClientInterface,
): Record<string, MethodPolicies> {
  const prototype = declaring.prototype as object;
  for (const member of declaredNames(prototype)) {
    if (Object.hasOwn(methods, member)) {
      continue;
    }
    throw new Error(
      `${declaring.name}.${member} has policies, but ${name} has no method of that name; it has ${Object.keys(methods).join(', ')}`,
    );
  }
  const policies: Record<string, MethodPolicies> = {};
  for (const method of Object.keys(methods)) {
    const declared = declaredPoliciesOf(prototype, method);
    if (declared !== undefined) {
      policies[method] = policiesOfCalls(declared);
    }
  }
  return policies;
}

function policiesOfCalls({ bulkhead: limits, ...declared }: DeclaredPolicies): MethodPolicies {
  if (limits === undefined) {
    return declared as MethodPolicies;
  }
  const policies = [...(declared.policies ?? []), bulkhead(limits.limit, limits.queue)];
  return { ...declared, policies } as MethodPolicies;
}
