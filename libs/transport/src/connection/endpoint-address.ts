import type { AddressInfo, Server, Socket } from 'node:net';
import { ConnectError } from '../errors/errors.js';
import { option } from '../options/option.js';

const UNIX_PREFIX = 'unix:';
const MAPPED_IPV4 = '::ffff:';

/** Address of the peer of a socket: `host:port`, or for a Unix socket `unix:` and the path it came in by. */
export function remoteAddress(socket: Socket, unixPath: string | undefined): string {
  if (socket.remoteAddress === undefined) {
    return unixPath === undefined ? '' : UNIX_PREFIX + unixPath;
  }
  return hostAndPort(socket.remoteAddress, socket.remotePort ?? 0);
}

/** Address a server listens on: `host:port` or `unix:/path`. */
export function listenAddress(server: Server): string {
  const address = server.address() as AddressInfo | string;
  return typeof address === 'string'
    ? UNIX_PREFIX + address
    : hostAndPort(address.address, address.port);
}

/** An IPv4 address that came over an IPv6 socket is written as the former; IPv6 gets brackets. */
function hostAndPort(host: string, port: number): string {
  if (host.startsWith(MAPPED_IPV4)) {
    return `${host.slice(MAPPED_IPV4.length)}:${port}`;
  }
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Where an instance listens, as `net.connect` takes it. */
export type SocketAddress =
  { readonly host: string; readonly port: number } | { readonly path: string };

// The host or path `undefined` is a variable that is not set, in a template.
const UNIX_PATH = /^unix:(?!undefined$|\/$)(.+)$/s;
const HOST_AND_PORT = /^(?!undefined:)(?:\[([0-9a-f:.]+(?:%[\w.-]+)?)\]|([^\s:/[\]]+)):(\d{1,5})$/i;

/** The parts of `host:port`, `[IPv6]:port` or `unix:/path`; `undefined` for anything else. */
export function readEndpoint(endpoint: string): SocketAddress | undefined {
  const path = UNIX_PATH.exec(endpoint)?.[1];
  if (path !== undefined) {
    return { path };
  }
  const [, ipv6, name, digits] = HOST_AND_PORT.exec(endpoint) ?? [];
  const port = Number(digits);
  return port >= 1 && port <= 65_535 ? { host: (ipv6 ?? name)!, port } : undefined;
}

/** An option that is an address, as {@link readEndpoint} reads it. */
export const ENDPOINT = option<string>(
  'an address (host:port, [IPv6]:port or unix:/path)',
  (value) => typeof value === 'string' && readEndpoint(value) !== undefined,
);

/**
 * As {@link readEndpoint}.
 *
 * @throws ConnectError for anything else.
 */
export function parseEndpoint(endpoint: string): SocketAddress {
  const address = readEndpoint(endpoint);
  if (address === undefined) {
    throw new ConnectError(
      endpoint,
      `endpoint "${endpoint}" is not host:port, [IPv6]:port or unix:/path`,
    );
  }
  return address;
}
