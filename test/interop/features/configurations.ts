import { readFileSync } from 'node:fs';
import path from 'node:path';
import { EtcdGovernanceConfig } from '@nestjs-thrift/governance/etcd';
import { Etcd3 } from 'etcd3';
import { etcdIsInstalled, EtcdServer } from '#test/etcd-server.js';
import { differs } from '../ours/values.js';
import { run } from '../runner/commands.js';
import type { BuiltPeer } from '../runner/prepare.js';
import type { Attempt } from './kitex-server.js';

const FEATURE = 'configuration in etcd';
const FIXTURES = path.resolve(
  import.meta.dirname,
  '../../../libs/governance/test/kitex-configs.json',
);

type Fixtures = Record<string, Record<string, unknown>>;

/** Values that Kitex's own structs are marshalled to: what our unit tests take, and what our reader makes of them in etcd. */
export async function configurationFixtures(peer: BuiltPeer, attempt: Attempt): Promise<void> {
  const fixtures = await printed(peer);
  await attempt(FEATURE, 'the fixtures of the unit tests are what Kitex writes', async () => {
    const known = JSON.parse(readFileSync(FIXTURES, 'utf8')) as Fixtures;
    return peer.name === 'Kitex (Go)' ? differs(known, fixtures) : '';
  });
  if (!etcdIsInstalled) {
    return console.log('without configuration in etcd: etcd is not installed');
  }
  const etcd = await EtcdServer.start();
  const client = new Etcd3({ hosts: etcd.url });
  try {
    for (const [category, policies] of Object.entries(fixtures)) {
      await attempt(FEATURE, `no value of ${category} is rejected`, () =>
        rejections(client, category, policies),
      );
    }
  } finally {
    client.close();
    await etcd.stop();
  }
}

async function printed(peer: BuiltPeer): Promise<Fixtures> {
  const [file, ...args] = peer.command(peer.folder);
  return JSON.parse(await run([file, ...args, 'configs'])) as Fixtures;
}

/** Puts values into etcd, each as the policy of a method of its name, and reads them; returns what is wrong. */
async function rejections(
  client: Etcd3,
  category: string,
  policies: Readonly<Record<string, unknown>>,
): Promise<string> {
  await client.put(`/KitexConfig/caller/${category}/${category}`).value(JSON.stringify(policies));
  await client.put(`/KitexConfig/${category}/limit`).value(JSON.stringify(policies['both'] ?? {}));
  const options = { client: 'caller', servers: [category], server: category };
  const config = await EtcdGovernanceConfig.open(client, options);
  const rejected: string[] = [];
  config.onRejected((error) => void rejected.push(error.message));
  const { methods = {}, limit = {} } = config.current.services[category] ?? {};
  await config.close();
  if (category === 'limit') {
    return differs([100, 2000], [limit.connection_limit, limit.qps_limit]);
  }
  return rejected.join('\n') || differs(Object.keys(policies).sort(), Object.keys(methods).sort());
}
