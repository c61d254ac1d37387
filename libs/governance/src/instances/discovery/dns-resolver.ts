import { lookup, Resolver as DnsClient } from 'node:dns/promises';
import {
  integer,
  listOf,
  type OptionsOf,
  required,
  resolveOption,
  text,
  variants,
} from '@nestjs-thrift/transport/internal';
import { toInstance, type Instance } from './instance.js';
import { POLLING_OPTIONS, pollingResolver } from './polling-resolver.js';
import type { Resolver } from './resolver.js';

const COMMON = {
  ...POLLING_OPTIONS,
  /**
   * Name servers to ask, `address` or `address:port`, such as a local Consul agent. Default: those of the system; addresses
   * are then found as by any program of it, with search domains and the hosts file.
   */
  servers: listOf(text(), { min: 1 }),
  /** Name to look up, such as `_thrift._tcp.users.default.svc.cluster.local` for SRV. Default: the name of the service called. */
  host: text(),
};

/** Options of `dnsResolver({ type: 'address' })`, the default. */
export const DNS_ADDRESS_OPTIONS = {
  ...COMMON,
  /** Port of all instances. */
  port: required(integer({ min: 1, max: 65_535 })),
};

/** Options of `dnsResolver({ type: 'srv' })`. */
export const DNS_SRV_OPTIONS = COMMON;

const DNS = variants('type', { address: DNS_ADDRESS_OPTIONS, srv: DNS_SRV_OPTIONS });

/** What to ask the DNS. */
export type DnsResolverOptions =
  /** Every address of the name is an instance (A and AAAA): a headless service of Kubernetes. */
  | ({ readonly type?: 'address' } & OptionsOf<typeof DNS_ADDRESS_OPTIONS>)
  /** Host, port and weight come from SRV records; only those of the best priority are called. */
  | ({ readonly type: 'srv' } & OptionsOf<typeof DNS_SRV_OPTIONS>);

/**
 * Finds instances in the DNS, asked again after each interval; a failure keeps the last good list.
 *
 * @throws TypeError that names each wrong option.
 */
export function dnsResolver(options: DnsResolverOptions): Resolver {
  const dns = resolveOption('dnsResolver', DNS, { type: 'address', ...options });
  const { intervalMs } = dns;
  const client = dns.servers && new DnsClient();
  client?.setServers(dns.servers!);
  return pollingResolver(
    'dns',
    (service) =>
      dns.type === 'srv'
        ? findServices(client ?? new DnsClient(), dns.host ?? service)
        : findAddresses(client, dns.host ?? service, dns.port),
    { intervalMs },
  );
}

async function findAddresses(
  client: DnsClient | undefined,
  host: string,
  port: number,
): Promise<Instance[]> {
  const addresses = client
    ? await askBoth(client, host)
    : (await lookup(host, { all: true })).map(({ address }) => address);
  return addresses.map((address) =>
    toInstance(address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`),
  );
}

/** A host may have addresses of either kind alone; only without any the error counts. */
async function askBoth(client: DnsClient, host: string): Promise<string[]> {
  const [four, six] = await Promise.allSettled([client.resolve4(host), client.resolve6(host)]);
  const found = [four, six].flatMap((answer) =>
    answer.status === 'fulfilled' ? answer.value : [],
  );
  if (found.length === 0 && four.status === 'rejected') {
    throw four.reason;
  }
  return found;
}

async function findServices(client: DnsClient, name: string): Promise<Instance[]> {
  const records = await client.resolveSrv(name);
  const best = Math.min(...records.map(({ priority }) => priority));
  return records
    .filter(({ priority }) => priority === best)
    .map(({ name: host, port, weight }) =>
      // A weight of 0 means no preference in the DNS, and out of service here.
      toInstance({ address: `${host}:${port}`, weight: Math.max(1, weight) }),
    );
}
