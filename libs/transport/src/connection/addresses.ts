import type { AddressInfo, Server, Socket } from 'node:net';

const MAPPED_IPV4 = '::ffff:';

/** Address of the peer of a socket: `host:port`, or for a Unix socket the path it came in by. */
export function remoteAddress(socket: Socket, unixPath: string | undefined): string {
  if (socket.remoteAddress === undefined) return unixPath ?? '';
  return hostAndPort(socket.remoteAddress, socket.remotePort ?? 0);
}

/** Address a server listens on: `host:port`, or the path of a Unix socket. */
export function listenAddress(server: Server): string {
  const address = server.address() as AddressInfo | string;
  return typeof address === 'string' ? address : hostAndPort(address.address, address.port);
}

/** An IPv4 address that came over an IPv6 socket is written as the former; IPv6 gets brackets. */
function hostAndPort(host: string, port: number): string {
  if (host.startsWith(MAPPED_IPV4)) return `${host.slice(MAPPED_IPV4.length)}:${port}`;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
