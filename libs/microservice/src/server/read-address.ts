import type { ThriftServerAddress } from './thrift-server-events.js';

/** The parts of the address a server listens on: `host:port`, `[IPv6]:port`, or the path of a Unix socket. */
export function readAddress(address: string): ThriftServerAddress {
  if (address.startsWith('/') || address.startsWith('\0')) return { path: address };
  const colon = address.lastIndexOf(':');
  const port = Number(address.slice(colon + 1));
  if (colon < 0 || !Number.isInteger(port)) return { path: address };
  return { port, host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1') };
}
