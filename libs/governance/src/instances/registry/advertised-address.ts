import { networkInterfaces } from 'node:os';

/** A running server as it is made known to clients. Kitex: registry.Info. */
export interface ServiceRegistration {
  /** Registry name of the service. */
  readonly serviceName: string;
  /** `host:port` under which clients reach it; see `advertisedAddress`. */
  readonly address: string;
  /** Share of the calls relative to the other instances. Default 10. */
  readonly weight?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A registration in force. */
export interface Registration {
  /** Takes the server out of the registry; clients stop calling it soon after. Call it before the listener closes. Idempotent. */
  close(): Promise<void>;
}

/** Makes servers known. Kitex: registry.Registry. */
export interface Registry {
  /** Registers the server and keeps it registered until the registration is closed. Rejects if that fails at first. */
  register(registration: ServiceRegistration): Promise<Registration>;
}

/**
 * The address under which other machines reach a server that listens on this port: the first IPv4 address of this
 * machine that is not internal. The environment variables of Kitex take precedence: KITEX_IP_TO_REGISTRY and
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
