import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { ClientTransport } from './client-transport.js';
import { parseEndpoint } from '../connection/endpoint-address.js';
import { createMethodInvoker } from './method-invoker.js';
import { createTypedClient } from './typed-client.js';

/** Whom a typed client calls, and how long it waits. */
export interface CreateClientOptions {
  /** Keeps the connections; may serve other clients too. Closing it is up to whoever made it. */
  readonly transport: ClientTransport;
  /** Instances to call in turn: `host:port`, `[IPv6 address]:port` or `unix:/path`. At least one. */
  readonly endpoints: readonly string[];
  /** Time for a call as a whole, in milliseconds; 0 for no limit. @defaultValue 0 */
  readonly timeoutMs?: number;
  /** Time for one attempt, in milliseconds; 0 for no limit. Kitex: WithRPCTimeout, default none. @defaultValue 3,000 */
  readonly attemptTimeoutMs?: number;
}

const DEFAULT_ATTEMPT_TIMEOUT_MS = 3000;

/**
 * Makes a typed client of a service for plain Node.js: an object with one function per method, which takes the parameters
 * in the order of the IDL and then CallOptions. Instances are called in turn and nothing is retried; for more put
 * a chain of policies in front, see `createMethodInvoker`.
 *
 * @throws TypeError without endpoints, ConnectError for a malformed one, RangeError for a negative timeout.
 */
export function createClient<Client>(
  service: ServiceDefinition<Client>,
  {
    transport,
    endpoints,
    timeoutMs,
    attemptTimeoutMs = DEFAULT_ATTEMPT_TIMEOUT_MS,
  }: CreateClientOptions,
): Client {
  transport.prepare(service);
  const nextEndpoint = inTurn(endpoints);
  return createTypedClient(service, (method) =>
    createMethodInvoker(service, method, (call) => transport.call(call), {
      timeoutMs,
      attemptTimeoutMs,
      nextEndpoint,
    }),
  );
}

function inTurn(endpoints: readonly string[]): () => string {
  if (endpoints.length === 0) {
    throw new TypeError('endpoints must name at least one instance');
  }
  for (const endpoint of endpoints) {
    parseEndpoint(endpoint);
  }
  let last = -1;
  return () => {
    last = last + 1 < endpoints.length ? last + 1 : 0;
    return endpoints[last]!;
  };
}
