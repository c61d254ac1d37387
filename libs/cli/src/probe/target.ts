import { isIP } from 'node:net';
import { checkAddress } from '../connection/connection-options.js';

const UNIX_PREFIX = 'unix:';

/** Whom a diagnosis is about. */
export type Target =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** Where a socket connects to: one address of a target. */
export type SocketAddress =
  { readonly host: string; readonly port: number } | { readonly path: string };

/** @throws CommandFailure unless the text is `host:port`, `[IPv6]:port` or `unix:/path`. */
export function parseTarget(text: string): Target {
  checkAddress(text);
  if (text.startsWith(UNIX_PREFIX)) {
    return { kind: 'unix', path: text.slice(UNIX_PREFIX.length) };
  }
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return { kind: 'tcp', host, port: Number(text.slice(colon + 1)) };
}

/** Where a socket connects to; the socket itself looks up a host name. */
export function socketAddress(target: Target): SocketAddress {
  return target.kind === 'unix' ? { path: target.path } : { host: target.host, port: target.port };
}

/** The name that the certificate of a target must be for, unless the options name another one. */
export function certificateName(target: Target): string {
  return target.kind === 'tcp' ? target.host : 'localhost';
}

/** An address as people write it. */
export function addressText(address: SocketAddress): string {
  if ('path' in address) {
    return UNIX_PREFIX + address.path;
  }
  const { host, port } = address;
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
