import { isIP } from 'node:net';
import type { SocketAddress } from '@nestjs-thrift/transport/internal';
import { checkAddress } from '../connection/connection-options.js';

/** Whom a diagnosis is about. */
export type Target =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** @throws CommandFailure unless the text is `host:port`, `[IPv6]:port` or `unix:/path`. */
export function parseTarget(text: string): Target {
  const address = checkAddress(text);
  return 'path' in address ? { kind: 'unix', ...address } : { kind: 'tcp', ...address };
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
    return `unix:${address.path}`;
  }
  const { host, port } = address;
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
