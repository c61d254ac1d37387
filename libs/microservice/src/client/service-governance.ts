import type { ServiceDefinition } from '@nestjs-thrift/codec';
import {
  ClientGovernance,
  type Instance,
  NoInstanceError,
  staticResolver,
} from '@nestjs-thrift/governance';
import { serviceName } from '../decorators/handler-binding.js';
import type { ThriftClientOptions } from './thrift-client-options.js';

/** Longest wait for the first answer of a resolver when connecting. */
const FIRST_ANSWER_MS = 3000;

/** @throws Error for a client that does not know whom to call. */
export function requireInstances({
  services,
  endpoints = [],
  resolver,
}: ThriftClientOptions): void {
  if (resolver !== undefined || endpoints.length > 0) return;
  const names = services.map(serviceName).join(', ');
  throw new Error(
    `the Thrift client of ${names} needs "endpoints" or a "resolver" to know whom to call`,
  );
}

/** What governs the calls of one service of a client. */
export function governService(
  service: ServiceDefinition,
  options: ThriftClientOptions,
): ClientGovernance {
  const { timeoutMs, connectTimeoutMs, endpoints = [], resolver, policies } = options;
  return new ClientGovernance({
    ...options,
    service,
    resolver: resolver ?? staticResolver(endpoints),
    policies: {
      ...policies,
      timeout: { rpcTimeoutMs: timeoutMs, connectTimeoutMs, ...policies?.timeout },
    },
  });
}

/** The instances of a service, waiting for the first answer of discovery if there was none yet. */
export async function firstInstances(governance: ClientGovernance): Promise<readonly Instance[]> {
  if (governance.instances.length > 0) return governance.instances;
  return new Promise((resolve, reject) => {
    const subscription = governance.onEvent((event) => {
      if (event.type === 'instances') end(() => resolve(event.instances));
      else if (event.type === 'resolve_failed') end(() => reject(event.error));
    });
    const timer = setTimeout(() => {
      const message = `discovery did not find ${governance.serviceName} in ${FIRST_ANSWER_MS} ms`;
      end(() => reject(new NoInstanceError(governance.serviceName, message)));
    }, FIRST_ANSWER_MS);

    function end(settle: () => void): void {
      clearTimeout(timer);
      subscription.dispose();
      settle();
    }
  });
}
