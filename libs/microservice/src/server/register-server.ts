import { advertisedAddress, type Registration, type Registry } from '@nestjs-thrift/governance';
import type { ThriftServerAddress } from './thrift-server-events.js';

/** How a server is made known to clients. */
export interface ServerRegistrationOptions {
  /** Makes it known, such as an EtcdRegistry of `@nestjs-thrift/governance/etcd`. Kitex: WithRegistry. */
  readonly registry: Registry;
  /**
   * `host:port` under which clients reach the server. Default: the first external IPv4 address of this machine and the
   * port listened on, or KITEX_IP_TO_REGISTRY and KITEX_PORT_TO_REGISTRY.
   */
  readonly address?: string;
  /** Share of the calls relative to the other instances. Default 10. */
  readonly weight?: number;
  /** What clients can choose instances by. */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Makes a server that listens known under its registry name.
 *
 * @throws TypeError if no address is known, otherwise Error with that of the registry as its cause.
 */
export async function registerServer(
  { registry, address, weight, tags }: ServerRegistrationOptions,
  serviceName: string,
  listening: ThriftServerAddress,
): Promise<Registration> {
  const advertised = address ?? defaultAddress(listening);
  try {
    return await registry.register({ serviceName, address: advertised, weight, tags });
  } catch (error) {
    throw new Error(
      `cannot register ${serviceName} at ${advertised}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

function defaultAddress({ port, path }: ThriftServerAddress): string {
  return port === undefined ? `unix:${path}` : advertisedAddress(port);
}
