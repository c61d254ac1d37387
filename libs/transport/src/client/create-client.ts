import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { ClientTransport } from './client-transport.js';
import { ENDPOINT } from '../connection/endpoint-address.js';
import { createMethodInvoker } from './method-invoker.js';
import { listOf } from '../options/collections.js';
import { required } from '../options/combinators.js';
import { milliseconds, object, type OptionsOf } from '../options/option.js';
import { resolveOptions } from '../options/resolve-options.js';
import type { Invoke } from '../call/outgoing-call.js';
import { requireDefinition } from '../call/require-definition.js';
import { createStreamInvoker } from '../stream/stream-invoker.js';
import { createTypedClient } from './typed-client.js';

/** Options of {@link createClient}. */
export const CREATE_CLIENT_OPTIONS = {
  /** Keeps the connections; may serve other clients too. The client does not close it. */
  transport: required(object<ClientTransport>('a ClientTransport')),
  /** Instances to call in turn: `host:port`, `[IPv6]:port` or `unix:/path`. At least one. */
  endpoints: required(listOf(ENDPOINT, { min: 1 })),
  /** Time for a call as a whole, in milliseconds; 0 for no limit. @defaultValue 0 */
  timeoutMs: milliseconds({ default: 0 }),
  /** Time for one attempt, in milliseconds; 0 for no limit. Kitex: WithRPCTimeout, default none. @defaultValue 3,000 */
  attemptTimeoutMs: milliseconds({ default: 3_000 }),
};

/** Whom a typed client calls, and how long it waits. */
export interface CreateClientOptions extends OptionsOf<typeof CREATE_CLIENT_OPTIONS> {}

/**
 * Makes a typed client of a service for plain Node.js: an object with one function per method, which takes the parameters
 * in the order of the IDL and then CallOptions. Instances are called in turn and nothing is retried; for more put
 * a chain of policies in front, see `createMethodInvoker`.
 *
 * @throws TypeError for a service that is not a definition, and one that names each wrong option, such as an endpoint that is missing or
 *   malformed.
 */
export function createClient<Client>(
  service: ServiceDefinition<Client>,
  options: CreateClientOptions,
): Client {
  requireDefinition(service, 'createClient()');
  const { timeoutMs, attemptTimeoutMs } = resolveOptions(
    `createClient(${service.name})`,
    CREATE_CLIENT_OPTIONS,
    options,
  );
  const { transport, endpoints } = options;
  transport.prepare(service);
  const nextEndpoint = inTurn(endpoints);
  return createTypedClient(
    service,
    (method) =>
      createMethodInvoker(service, method, (call) => transport.call(call), {
        timeoutMs,
        attemptTimeoutMs,
        nextEndpoint,
      }),
    (method) => {
      const { recvTimeoutMs } = transport;
      const open: Invoke = (call) => transport.openStream(call);
      return createStreamInvoker(service, method, open, { recvTimeoutMs, nextEndpoint });
    },
  );
}

function inTurn(endpoints: readonly string[]): () => string {
  let last = -1;
  return () => {
    last = last + 1 < endpoints.length ? last + 1 : 0;
    return endpoints[last]!;
  };
}
