import { lookup, Resolver as DnsClient } from 'node:dns/promises';
import { toInstance, type Instance } from './instance.js';
import { pollingResolver, type PollingOptions } from './polling-resolver.js';
import type { Resolver } from './resolver.js';

/** What to ask the DNS. */
export type DnsResolverOptions = PollingOptions & {
  /**
   * Name servers to ask, `address` or `address:port`, such as a local Consul agent. Default: those of the system; addresses
   * are then found as by any program of it, with search domains and the hosts file.
   */
  readonly servers?: readonly string[];
} & (
    | {
        /** Every address of the name is an instance (A and AAAA): a headless service of Kubernetes. */
        readonly type?: 'address';
        /** Default: the name of the service called. */
        readonly host?: string;
        readonly port: number;
      }
    | {
        /** Host, port and weight come from SRV records; only those of the best priority are called. */
        readonly type: 'srv';
        /** Default: the name of the service called, such as `_thrift._tcp.users.default.svc.cluster.local`. */
        readonly host?: string;
      }
  );

/** Finds instances in the DNS, asked again after each interval; a failure keeps the last good list. */
export function dnsResolver(options: DnsResolverOptions): Resolver {
  const client = options.servers && new DnsClient();
  client?.setServers(options.servers!);
  return pollingResolver(
    'dns',
    (service) =>
      options.type === 'srv'
        ? findServices(client ?? new DnsClient(), options.host ?? service)
        : findAddresses(client, options.host ?? service, options.port),
    options,
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
