import { ClientGovernance, type MethodPolicies, type Resolver } from '@nestjs-thrift/governance';
import { ClientTransport } from '@nestjs-thrift/transport';
import { createCall, requestMethod } from '@nestjs-thrift/transport/internal';
import { services } from './definitions.js';

/** A client of Probe with policies around its calls. */
export interface GovernedClient {
  /** Calls a method; at an address, or where the resolver finds an instance. */
  call(method: string, args?: Record<string, unknown>, endpoint?: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Makes a client of Probe with policies and, for calls without an address, a resolver. */
export function openGovernedClient(
  policies: MethodPolicies,
  discovery?: { readonly resolver: Resolver; readonly targetServiceName: string },
): GovernedClient {
  const service = services.Probe!;
  const transport = new ClientTransport({ serviceName: 'interop.ours' });
  const governance = new ClientGovernance({ service, policies, ...discovery });
  return {
    call(name, args = {}, endpoint?) {
      const method = requestMethod(service, service.methods[name]!);
      const call = governance.wrap(method, (attempt) => transport.call(attempt));
      return call(createCall(service, method, args, { address: endpoint, timeoutMs: 0 }));
    },
    async close() {
      governance.close();
      await transport.close();
    },
  };
}
