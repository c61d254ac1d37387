import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { ClientGovernance, type MethodPolicies, staticResolver } from '@nestjs-thrift/governance';
import { CLIENT_GOVERNANCE_OPTIONS } from '@nestjs-thrift/governance/internal';
import { pickOptions } from '@nestjs-thrift/transport/internal';
import { serviceName } from '../decorators/handler-binding.js';
import { overPolicies } from '../governance/declared-policies.js';
import { interfacePolicies } from '../governance/interface-policies.js';
import type { ThriftClientOptions } from './thrift-client-options.js';

/** @throws TypeError for a client that does not know whom to call. */
export function requireInstances({
  services,
  endpoints = [],
  resolver,
  failover,
}: ThriftClientOptions): void {
  if (resolver !== undefined || failover !== undefined || endpoints.length > 0) {
    return;
  }
  const names = services.map(serviceName).join(', ');
  throw new TypeError(
    `client(${names}) needs "endpoints", a "resolver" or a "failover" to know whom to call`,
  );
}

/** What governs the calls of one service of a client. */
export function governService(
  service: ServiceDefinition,
  options: ThriftClientOptions,
  onWarning: (message: string) => void,
): ClientGovernance {
  const {
    timeoutMs,
    attemptTimeoutMs,
    connectTimeoutMs,
    endpoints = [],
    resolver,
    policies,
  } = options;
  return new ClientGovernance({
    ...pickOptions(CLIENT_GOVERNANCE_OPTIONS, options),
    onWarning,
    service,
    methods: methodPolicies(service, options),
    resolver: resolver ?? (options.failover ? undefined : staticResolver(endpoints)),
    policies: {
      ...policies,
      timeout: { timeoutMs, attemptTimeoutMs, connectTimeoutMs, ...policies?.timeout },
    },
  });
}

/** A decorator takes precedence over the options of the method. */
function methodPolicies(
  service: ServiceDefinition,
  { methods, policiesFrom }: ThriftClientOptions,
): Readonly<Record<string, MethodPolicies>> {
  const merged = Object.fromEntries(
    Object.entries(methods ?? {}).filter(([name]) => Object.hasOwn(service.methods, name)),
  );
  if (policiesFrom === undefined) {
    return merged;
  }
  for (const [name, declared] of Object.entries(interfacePolicies(service, policiesFrom))) {
    const ofOptions = withoutDynamicTimeout(merged[name], declared);
    merged[name] = overPolicies(declared, ofOptions);
  }
  return merged;
}

/** A timeout that follows the latency gives way to one that a decorator names. */
function withoutDynamicTimeout(
  ofOptions: MethodPolicies = {},
  { timeout }: MethodPolicies,
): MethodPolicies {
  if (timeout?.attemptTimeoutMs === undefined) {
    return ofOptions;
  }
  const { dynamicTimeout: _givenUp, ...rest } = ofOptions;
  return rest;
}
