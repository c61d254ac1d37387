import { ConnectError } from '../errors/errors.js';

/** Where an instance listens, as `net.connect` takes it. */
export type SocketAddress =
  { readonly host: string; readonly port: number } | { readonly path: string };

const UNIX_PREFIX = 'unix:';
const HOST_PORT = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^:[\]\s/]+)):(\d{1,5})$/;

/**
 * Reads `host:port`, `[IPv6 address]:port` or `unix:/path`.
 *
 * @throws ConnectError for anything else.
 */
export function parseEndpoint(endpoint: string): SocketAddress {
  if (endpoint.startsWith(UNIX_PREFIX) && endpoint.length > UNIX_PREFIX.length) {
    return { path: endpoint.slice(UNIX_PREFIX.length) };
  }
  const match = HOST_PORT.exec(endpoint);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65535) {
    throw new ConnectError(
      endpoint,
      `endpoint "${endpoint}" is not host:port, [IPv6 address]:port or unix:/path`,
    );
  }
  return { host: (match[1] ?? match[2])!, port };
}
