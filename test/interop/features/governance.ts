import { etcdResolver } from '@nestjs-thrift/governance/etcd';
import { Etcd3 } from 'etcd3';
import { etcdIsInstalled, EtcdServer } from '#test/etcd-server.js';
import { until } from '#test/until.js';
import { openClient } from '../ours/client.js';
import { openGovernedClient } from '../ours/governed.js';
import { startOurServer } from '../ours/server.js';
import { differs } from '../ours/values.js';
import type { BuiltPeer } from '../runner/prepare.js';
import { codeOf, serveKitex, type Attempt } from './kitex-server.js';

/** Here → Go → here, with a Kitex client that retries at the second hop. */
export async function retriesOverTwoHops(peer: BuiltPeer, attempt: Attempt): Promise<void> {
  const first = await serveKitex(peer);
  const second = await startOurServer();
  const client = openClient({ port: first.port });
  const endpoint = second.address;
  const feature = 'retries over two hops';
  const relayAttempt = (
    name: string,
    persistentMetadata: Record<string, string>,
  ): Promise<unknown> =>
    client.callWith({ persistentMetadata }, 'Probe', 'relayAttempt', {
      endpoint,
      name,
      failures: 1,
    });
  await attempt(feature, 'the server retries', async () =>
    differs(2, await relayAttempt('chain', {})),
  );
  await attempt(feature, 'the server does not retry for a retry', async () => {
    const code = await codeOf(relayAttempt('chain again', { RetryReq: '1' }));
    const attempts = await client.callWith({ address: endpoint }, 'Probe', 'attempts', {
      name: 'chain again',
    });
    return differs(['REMOTE_ERROR', 1], [code, attempts]);
  });
  await client.close();
  await second.close();
  await first.stop();
}

/** Failures of a Kitex server open our breaker. */
export async function breakerOpens(peer: BuiltPeer, attempt: Attempt): Promise<void> {
  await attempt('circuit breaker', 'failures of the server open the breaker', async () => {
    const server = await serveKitex(peer);
    const client = openGovernedClient({ circuitBreaker: { errorRate: 0.5, minSamples: 10 } });
    const codes: unknown[] = [];
    for (let i = 0; i < 12; i++) {
      const args = { name: 'always', failures: 1000 };
      codes.push(await codeOf(client.call('attempt', args, `127.0.0.1:${server.port}`)));
    }
    await client.close();
    await server.stop();
    const [failed, refused] = ['REMOTE_ERROR', 'CIRCUIT_OPEN'];
    return differs([...Array<string>(10).fill(failed), refused, refused], codes);
  });
}

/** Our client finds a Kitex server in etcd. */
export async function discoveryThroughEtcd(peer: BuiltPeer, attempt: Attempt): Promise<void> {
  if (!etcdIsInstalled) {
    return console.log('without discovery: etcd is not installed');
  }
  const etcd = await EtcdServer.start();
  const etcdClient = new Etcd3({ hosts: etcd.url });
  await attempt('discovery through etcd', 'a registered server is found and called', async () => {
    const server = await serveKitex(peer, `etcd=${etcd.address}`);
    const resolver = etcdResolver(etcdClient);
    const client = openGovernedClient({}, { resolver, targetServiceName: 'interop.kitex' });
    try {
      let paused: unknown;
      // Kitex registers a second after it serves.
      await until(async () => {
        paused = await client.call('pause', { milliseconds: 1 }).catch((error: Error) => error);
        return !(paused instanceof Error);
      });
      return differs(1, paused);
    } finally {
      await client.close();
      await server.stop();
    }
  });
  etcdClient.close();
  await etcd.stop();
}
