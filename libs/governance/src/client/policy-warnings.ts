import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import { nearestName } from '@nestjs-thrift/codec/internal';
import type { GovernanceConfig } from '../config/governance-schema.js';
import type { EffectivePolicies } from './method-policies.js';

/**
 * A retry policy of methods that nothing says may be carried out twice: it repeats what was never sent, and sends no backup request.
 * Kitex repeats timeouts of every method, so a configuration that works there would do nothing here, silently. An IDL that marks
 * some methods means the others: of them only those count that a policy names.
 */
export function retryWarnings(
  { name, methods }: ServiceDefinition,
  policiesOf: (method: string) => EffectivePolicies,
  isNamed: (method: string) => boolean,
): readonly string[] {
  const isMarked = Object.values(methods).some((method) => isIdempotent(method));
  const affected = Object.values(methods).filter((method) => {
    const { retry } = policiesOf(method.name);
    const unknown = retry && retry.idempotent === undefined && !isIdempotent(method);
    return unknown && (!isMarked || isNamed(method.name));
  });
  if (affected.length === 0) {
    return [];
  }
  const names = affected.map((method) => method.name).join(', ');
  return [
    // log warn: A retry policy has no effect. Mark methods as idempotent, in the IDL or in the policy.
    `retry policies of ${name} repeat only calls that were never sent, and send no backup requests, for ${names}: ` +
      `these methods are not known to be idempotent; write (idempotent = "true") behind the method in the IDL, ` +
      `or idempotent: true in the retry policy (idempotent: false silences this warning)`,
  ];
}

function isIdempotent(method: MethodDefinition): boolean {
  return 'idempotent' in method && method.idempotent;
}

/** Methods of a policy file that the service does not have, each with the name that was probably meant. */
export function unknownMethodWarnings(
  { name, methods }: ServiceDefinition,
  config: GovernanceConfig | undefined,
  targetServiceName: string,
): readonly string[] {
  const { services = {} } = config ?? {};
  const configured = Object.hasOwn(services, targetServiceName)
    ? services[targetServiceName]?.methods
    : undefined;
  const known = Object.keys(methods);
  return Object.keys(configured ?? {})
    .filter((method) => method !== '*' && !Object.hasOwn(methods, method))
    .map((method) => {
      const nearest = nearestName(method, known);
      const hint =
        nearest === undefined ? `it has ${known.join(', ')}` : `did you mean ${nearest}?`;
      // log warn: The policy file names a method that does not exist.
      return `policies of ${targetServiceName} name the method ${method}, which ${name} does not have; ${hint}`;
    });
}

/** Services of a policy file that are probably meant to be one that this process calls or serves and the file does not name. */
export function unknownServiceWarnings(
  config: GovernanceConfig | undefined,
  known: readonly string[],
): readonly string[] {
  const configured = Object.keys(config?.services ?? {});
  return known
    .filter((service) => !configured.includes(service))
    .flatMap((service) => {
      const nearest = nearestName(service, configured);
      return nearest === undefined
        ? []
        : // log warn: The policy file probably misspells a service.
          [`there are no policies of ${service}, but of ${nearest}; did you mean ${service}?`];
    });
}
