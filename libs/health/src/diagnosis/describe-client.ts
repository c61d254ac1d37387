import type { ClientGovernance } from '@nestjs-thrift/governance';
import type { BreakerSnapshot } from '@nestjs-thrift/governance/internal';
import type { ThriftClient } from '@nestjs-thrift/microservice';
import type { ClientTransport } from '@nestjs-thrift/transport';
import { redactOptions } from './redact-options.js';

/** What a diagnosis shows of more instances is no longer read by anybody. */
const MAX_INSTANCES = 200;
const MAX_BREAKERS = 200;

/** A client: whom it calls, over which connections, under which policies. */
export function describeClient(name: string, client: ThriftClient): object {
  const transport = client.unwrap<ClientTransport>();
  return {
    name,
    services: client.governances.map((governance) => describeService(governance, transport)),
  };
}

function describeService(governance: ClientGovernance, transport: ClientTransport): object {
  const { service, targetServiceName, instances } = governance;
  const pools = transport.stats();
  const breakers = governance.breakers();
  return {
    service: service.name,
    targetServiceName,
    instanceCount: instances.length,
    instances: instances.slice(0, MAX_INSTANCES).map(({ address, weight, tags }) => {
      const breaker = breakers.find(({ scope, key }) => scope === 'instance' && key === address);
      const connections = pools.get(address);
      const isConnected = connections !== undefined && connections.active + connections.idle > 0;
      return {
        address,
        weight,
        tags: redactOptions(tags),
        healthy: breaker?.state !== 'open',
        connected: isConnected,
        connections,
      };
    }),
    breakers: breakers.slice(0, MAX_BREAKERS).map(describeBreaker),
    policies: Object.fromEntries(
      Object.keys(service.methods).map((method) => [
        method,
        redactOptions(governance.policiesOf(method)),
      ]),
    ),
  };
}

function describeBreaker({ scope, key, state, forced, counts, settings }: BreakerSnapshot): object {
  return { scope, key, state, forced, counts, settings };
}
