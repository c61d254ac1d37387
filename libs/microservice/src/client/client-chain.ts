import {
  InstanceDirectory,
  createCallChain,
  resolveAndBalance,
  resolveTimeouts,
  staticResolver,
  timeoutStage,
  weightedRoundRobin,
} from '@nestjs-thrift/governance';
import type { Endpoint } from '@nestjs-thrift/transport';
import { serviceName } from '../decorators/handler-binding.js';
import type { ThriftClientOptions } from './thrift-client-options.js';

/**
 * Finds the instances a client may call.
 *
 * @throws Error if the options say nothing about them.
 */
export function openDirectory(options: ThriftClientOptions): InstanceDirectory {
  const { services, endpoints, resolver, balancer = weightedRoundRobin() } = options;
  const names = services.map(serviceName);
  if (resolver === undefined && (endpoints === undefined || endpoints.length === 0)) {
    throw new Error(
      `the Thrift client of ${names.join(', ')} needs "endpoints" or a "resolver" to know whom to call`,
    );
  }
  return new InstanceDirectory({
    service: options.serviceName ?? names[0] ?? '',
    resolver: resolver ?? staticResolver(endpoints ?? []),
    balancer,
  });
}

/** The way of a client's calls down to the transport. */
export function clientChain(
  transport: Endpoint,
  directory: InstanceDirectory,
  { timeoutMs, connectTimeoutMs, middlewares }: ThriftClientOptions,
): Endpoint {
  return createCallChain(transport, {
    timeout: timeoutStage(resolveTimeouts({ rpcTimeoutMs: timeoutMs, connectTimeoutMs })),
    middlewares,
    balancing: resolveAndBalance(directory),
  });
}
