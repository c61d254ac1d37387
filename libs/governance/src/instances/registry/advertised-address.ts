import { networkInterfaces } from 'node:os';

/**
 * The address under which other machines reach a server that listens on this port: the first IPv4 address of this
 * machine that is not internal. The environment variables of Kitex go before it: KITEX_IP_TO_REGISTRY and
 * KITEX_PORT_TO_REGISTRY.
 *
 * @throws TypeError if there is no such address and none is given.
 */
export function advertisedAddress(
  port: number,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const host = environment['KITEX_IP_TO_REGISTRY'] || externalAddress();
  if (host === undefined) {
    throw new TypeError(
      'no address of this machine to register: set KITEX_IP_TO_REGISTRY or name the address',
    );
  }
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return `${bracketed}:${environment['KITEX_PORT_TO_REGISTRY'] || port}`;
}

function externalAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}
