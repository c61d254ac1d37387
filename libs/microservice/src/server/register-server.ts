import type { LoggerService } from '@nestjs/common';
import {
  CallbackReport,
  errorMessage,
  errorText,
  number,
  object,
  type OptionsOf,
  recordOf,
  required,
  text,
} from '@nestjs-thrift/transport/internal';
import { advertisedAddress, type Registration, type Registry } from '@nestjs-thrift/governance';
import type { ThriftServerAddress } from './thrift-server-events.js';

/** Options of the registration of a server. */
export const REGISTRATION_OPTIONS = {
  /** Makes it known, such as an EtcdRegistry of `@nestjs-thrift/governance/etcd`. Kitex: WithRegistry. */
  registry: required(object<Registry>('a registry')),
  /**
   * `host:port` under which clients reach the server. Default: the first external IPv4 address of this machine and the
   * port listened on, or KITEX_IP_TO_REGISTRY and KITEX_PORT_TO_REGISTRY.
   */
  address: text(),
  /** Share of the calls relative to the other instances, 0 or more. @defaultValue 10 */
  weight: number({ min: 0 }),
  /** What clients can choose instances by. */
  tags: recordOf(text({ default: '' })),
};

/** How a server is made known to clients. */
export interface ServerRegistrationOptions extends OptionsOf<typeof REGISTRATION_OPTIONS> {}

/** Longest wait for a registry, in milliseconds: one that hangs must keep no server from starting or stopping. */
const REGISTRY_TIMEOUT_MS = 5_000;

/**
 * Makes a server that listens known under its registry name. The registration waits at most 5 seconds for the registry, to
 * begin as to end.
 *
 * @throws TypeError if no address is known, otherwise Error with that of the registry as its cause.
 */
export async function registerServer(
  { registry, address, weight, tags }: ServerRegistrationOptions,
  serviceName: string,
  listening: ThriftServerAddress,
): Promise<Registration> {
  const advertised = address ?? defaultAddress(listening);
  // A registry of the application may throw instead of rejecting.
  const register = async () =>
    registry.register({ serviceName, address: advertised, weight, tags });
  const registering = register();
  try {
    const registration = await inTime(registering);
    return { close: () => inTime((async () => registration.close())()) };
  } catch (error) {
    // It may have been made known after all, or be so later.
    registering.then((late) => late.close()).catch(() => {});
    throw new Error(`cannot register ${serviceName} at ${advertised}: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

/**
 * Deregisters a server, so that callers find other instances. A registry that is down, or a logger that throws, must
 * not keep the server from stopping.
 */
export async function deregisterServer(
  registration: Registration | undefined,
  logger: Pick<LoggerService, 'warn'>,
): Promise<void> {
  try {
    await registration?.close();
  } catch (error) {
    // log warn: The registry was away during a shutdown. Callers may see the instance until its entry expires.
    const message = `Deregistration failed: ${errorText(error)}`;
    new CallbackReport('the logger').run(() => logger.warn(message));
  }
}

function defaultAddress({ port, path }: ThriftServerAddress): string {
  return port === undefined ? `unix:${path}` : advertisedAddress(port);
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`the registry did not answer in ${REGISTRY_TIMEOUT_MS} ms`));
    }, REGISTRY_TIMEOUT_MS);
  });
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
