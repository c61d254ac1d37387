import { setTimeout as sleep } from 'node:timers/promises';
import { ThriftClient } from '@nestjs-thrift/microservice';
import { type Attack, hold } from '../arena/attack.js';
import { Child } from '../arena/child.js';
import { neighbourOf, plainServerOf, type Stage } from '../arena/stage.js';
import { callSteadily, type CallRecord, tallyCalls } from '../arena/steady-calls.js';
import { Target } from '../victims/target.js';
import { SilentProxy } from '../wire/silent-proxy.js';
import { VanishingHosts } from '../wire/vanishing-hosts.js';

const HOSTS = 3;
const TIMEOUT_MS = 300;
const CONNECT_TIMEOUT_MS = 100;
const BEFORE_MS = 700;
const NOTICE_MS = 4_000;
const AFTER_MS = 2_000;
const PORT = 8888;

/** Where the servers are, and how one of them vanishes. */
interface Hosts {
  readonly what: string;
  readonly addresses: readonly string[];
  readonly vanish: () => void;
}

let hosts: Hosts;
let stopCalls: () => Promise<CallRecord[]>;

/** Runs in the client: calls the instances at a steady rate over multiplexed connections; calls may be retried elsewhere. */
export async function startCalls(endpoints: readonly string[]): Promise<void> {
  const proxy = new ThriftClient({
    services: [Target],
    endpoints,
    connection: { mode: 'mux' },
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    policies: { retry: { type: 'failure' } },
  });
  const client = proxy.getService(Target);
  await Promise.all(endpoints.map(() => client.echo('hello')));
  const stop = callSteadily(() => client.echo('hello', { timeoutMs: TIMEOUT_MS }));
  stopCalls = async () => {
    const records = await stop();
    await proxy.close();
    return records;
  };
}

export function endCalls(): Promise<CallRecord[]> {
  return stopCalls();
}

/** One of three hosts is gone from one moment to the next. */
export const vanishedHost: Attack = {
  name: 'vanished-host',
  kind: 'B5',
  does: 'takes one of three hosts off the network without FIN or reset, while calls have 300 ms',
  holds: 'from 4 s on calls succeed; a tenth may fail for other reasons, such as a slow machine',
  victim: prepare,
  module: import.meta.url,
  limits: { durationMs: 40_000 },
  async carryOut({ victim }) {
    const { what, addresses, vanish } = hosts;
    const client = victim.module<typeof import('./vanished-host.js')>(import.meta.url);
    await client.startCalls(addresses);
    await sleep(BEFORE_MS);
    vanish();
    const goneAt = Date.now();
    await sleep(NOTICE_MS + AFTER_MS);
    const records = await client.endCalls();
    const { failures, isWell, late } = tallyCalls(records, goneAt + NOTICE_MS);
    const seen = `${failures} of ${records.length} calls failed, ${what}`;
    hold(isWell, `${seen}; from 4 s on ${late}`);
    return seen;
  },
};

async function prepare(): Promise<Stage> {
  const network = VanishingHosts.create(HOSTS);
  const children = await Promise.all([
    Child.start({ namespace: network?.caller }),
    ...Array.from({ length: HOSTS }, (_, index) =>
      Child.start({ namespace: network?.hosts[index]!.namespace }),
    ),
  ]);
  const [victim, ...servers] = children as [Child, ...Child[]];
  const closing: (() => unknown)[] = children.map((child) => () => child.kill());
  if (network === undefined) {
    const proxies = await Promise.all(servers.map((server) => proxied(server)));
    closing.push(...proxies.map((proxy) => () => proxy.close()));
    hosts = {
      what: 'behind a proxy that goes silent: this machine allows no network namespaces',
      addresses: proxies.map(({ address }) => address),
      vanish: () => proxies[0]!.silence({ newConnections: true }),
    };
  } else {
    closing.push(() => network.remove());
    hosts = {
      what: 'in network namespaces',
      addresses: await Promise.all(
        network.hosts.map(({ ip }, index) =>
          plainServerOf(servers[index]!).serve({ host: ip, port: PORT }),
        ),
      ),
      vanish: () => network.vanish(network.hosts[0]!),
    };
  }
  const [ip, port] = hosts.addresses.at(-1)!.split(':') as [string, string];
  await neighbourOf(victim).meet('nestjs-thrift', ip, Number(port));
  return {
    victim,
    neighbour: victim,
    port: Number(port),
    close: async () => {
      for (const close of closing) {
        await close();
      }
    },
  };
}

async function proxied(server: Child): Promise<SilentProxy> {
  const address = await plainServerOf(server).serve();
  return await SilentProxy.start(Number(address.split(':')[1]));
}
