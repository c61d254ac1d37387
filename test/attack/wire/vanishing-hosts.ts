import { execFileSync } from 'node:child_process';

/** A host in a separate network namespace, with one link to the caller. */
export interface VanishingHost {
  readonly namespace: string;
  readonly ip: string;
}

const existing = new Set<VanishingHosts>();
let networks = 0;
process.on('exit', () => existing.forEach((hosts) => hosts.remove()));

/**
 * Hosts in network namespaces, linked to a namespace from which they are called; the network of the machine is not touched. A
 * host that vanishes takes its packets with it: no FIN, no reset, no ICMP.
 */
export class VanishingHosts {
  readonly caller: string;
  readonly hosts: readonly VanishingHost[];

  /** `undefined` where the machine does not allow namespaces. */
  static create(count: number): VanishingHosts | undefined {
    const prefix = `attack-${process.pid}-${++networks}`;
    try {
      const hosts = new VanishingHosts(prefix, count);
      existing.add(hosts);
      return hosts;
    } catch {
      for (const name of [`${prefix}-caller`, ...hostNames(prefix, count)]) {
        remove(name);
      }
      return undefined;
    }
  }

  constructor(prefix: string, count: number) {
    this.caller = `${prefix}-caller`;
    ip('netns', 'add', this.caller);
    ip('-n', this.caller, 'link', 'set', 'lo', 'up');
    this.hosts = hostNames(prefix, count).map((namespace, index) => this.#link(namespace, index));
  }

  /** Takes the host off the network; neither end of its connections gets a packet. */
  vanish({ namespace }: VanishingHost): void {
    ip('-n', namespace, 'link', 'set', 'net0', 'down');
  }

  remove(): void {
    existing.delete(this);
    for (const name of [this.caller, ...this.hosts.map(({ namespace }) => namespace)]) {
      remove(name);
    }
  }

  #link(namespace: string, index: number): VanishingHost {
    const near = { ip: `10.213.${index}.1`, name: `host${index}` };
    const far = { ip: `10.213.${index}.2`, name: 'net0' };
    ip('netns', 'add', namespace);
    ip('-n', namespace, 'link', 'set', 'lo', 'up');
    const peer = ['peer', 'name', far.name, 'netns', namespace];
    ip('-n', this.caller, 'link', 'add', near.name, 'type', 'veth', ...peer);
    for (const [where, { name, ip: own }, { ip: other }] of [
      [this.caller, near, far],
      [namespace, far, near],
    ] as const) {
      ip('-n', where, 'addr', 'add', `${own}/30`, 'dev', name);
      ip('-n', where, 'link', 'set', name, 'up');
      // Known for good: a host that is gone must not be noticed by ARP, which no router between would do either.
      const address = macOf(
        where === namespace ? this.caller : namespace,
        where === namespace ? near.name : far.name,
      );
      ip(
        '-n',
        where,
        'neigh',
        'replace',
        other,
        'lladdr',
        address,
        'dev',
        name,
        'nud',
        'permanent',
      );
    }
    return { namespace, ip: far.ip };
  }
}

function hostNames(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-host${index}`);
}

function macOf(namespace: string, device: string): string {
  const [{ address }] = JSON.parse(ip('-n', namespace, '-j', 'link', 'show', device)) as [
    { address: string },
  ];
  return address;
}

function remove(namespace: string): void {
  try {
    ip('netns', 'del', namespace);
  } catch {
    // Was never made.
  }
}

function ip(...words: string[]): string {
  return execFileSync('ip', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
