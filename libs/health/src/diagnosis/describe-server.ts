import type { ThriftServer } from '@nestjs-thrift/microservice';
import type { ServerTransport } from '@nestjs-thrift/transport';
import { statusOf } from '../indicators/thrift-client.health.js';

/** A server: where it listens, what it serves and how busy it is. */
export function describeServer(server: ThriftServer): object {
  const transport = transportOf(server);
  return {
    state: statusOf(server) ?? 'not started',
    address: transport?.address,
    connections: transport?.connectionCount ?? 0,
    inFlight: transport?.inFlightCount ?? 0,
    services: servicesOf(server),
  };
}

/** Handlers are registered as `Service.method`. */
function servicesOf(server: ThriftServer): Record<string, string[]> {
  const services = new Map<string, string[]>();
  for (const pattern of server.getHandlers().keys()) {
    const dot = pattern.lastIndexOf('.');
    const service = pattern.slice(0, dot);
    services.set(service, [...(services.get(service) ?? []), pattern.slice(dot + 1)]);
  }
  return Object.fromEntries(services);
}

/** There is none before the server listens. */
function transportOf(server: ThriftServer): ServerTransport | undefined {
  return statusOf(server) === undefined ? undefined : server.unwrap<ServerTransport>();
}
