import { LimitExceededError } from '@nestjs-thrift/transport';
import { EtcdRegistry } from '@nestjs-thrift/governance/etcd';
import { ThriftTracing } from '@nestjs-thrift/telemetry/tracing';
import { Etcd3 } from 'etcd3';
import { etcdIsInstalled, EtcdServer } from '#test/etcd-server.js';
import { startSpans } from '#test/spans.js';
import { startNestRelay } from '../ours/nest.js';
import { startOurServer, type OurServer } from '../ours/server.js';
import { startServer } from '../runner/commands.js';
import type { BuiltPeer } from '../runner/prepare.js';
import type { Results } from '../runner/results.js';
import { kitexCallsAccounts } from './accounts.js';
import { configurationFixtures } from './configurations.js';
import { attemptsOf, combinationOf, scenariosOf, type RunScenario } from './scenario.js';
import { kitexCallsServices } from './services.js';
import { kitexCallsUnions } from './unions.js';

/** Scenarios of one server, with the feature they show. */
const SCENARIOS = [
  ['metadata', 'metadata'],
  ['status', 'business status'],
  ['deadline', 'deadlines'],
  ['retry', 'retries'],
  ['breaker', 'circuit breaker'],
] as const;

/** Checks of our server by a Kitex client, except types and calls. */
export async function kitexCallsUs(peer: BuiltPeer, results: Results): Promise<void> {
  const run = scenariosOf(peer, results);
  const server = await startOurServer();
  const address = `address=${server.address}`;
  try {
    for (const [name, feature] of SCENARIOS) {
      await run(name, feature, [address]);
    }
    for (const pool of ['long', 'short', 'mux']) {
      const options = [address, `pool=${pool}`];
      await run('pool', `${pool} connections`, options);
      await run('oneway', `${pool} connections`, options);
    }
    await relay(peer, server, run);
  } finally {
    await server.close();
  }
  const attempt = attemptsOf(peer, 'peer calls us', results);
  await kitexCallsUnions(run);
  await kitexCallsServices(run, attempt);
  await kitexCallsAccounts(run);
  await trace(peer, run);
  await discovery(run);
  await configurationFixtures(peer, attempt);
  await overLimit(run);
  if (peer.leavesOnRequest) {
    await gracefulEnd(peer, results);
  }
}

/** Go → here → Go: what of the metadata reaches the second hop. */
async function relay(peer: BuiltPeer, server: OurServer, run: RunScenario): Promise<void> {
  const [file, ...args] = peer.command(peer.folder);
  const next = await startServer([file, ...args, 'server', '127.0.0.1:0']);
  const options = [`address=${server.address}`, `next=127.0.0.1:${next.port}`];
  await run('relay', 'metadata over two hops', options);
  await run('chainstop', 'retries over two hops', options);
  await next.stop();
}

/** Go → Nest → Go under one trace. */
async function trace(peer: BuiltPeer, run: RunScenario): Promise<void> {
  const spans = startSpans();
  const nest = await startNestRelay([new ThriftTracing()]);
  const [file, ...args] = peer.command(peer.folder);
  const next = await startServer([file, ...args, 'server', '127.0.0.1:0']);
  const options = [`address=127.0.0.1:${nest.port}`, `next=127.0.0.1:${next.port}`];
  await run('trace', 'a trace over two hops', options);
  await next.stop();
  await nest.close();
  spans.stop();
}

/** A Kitex client finds our server in etcd. */
async function discovery(run: RunScenario): Promise<void> {
  if (!etcdIsInstalled) {
    return console.log('without discovery: etcd is not installed');
  }
  const etcd = await EtcdServer.start();
  const client = new Etcd3({ hosts: etcd.url });
  const server = await startOurServer();
  const registry = new EtcdRegistry(client);
  const serviceName = 'interop.ours';
  const registration = await registry.register({ serviceName, address: server.address });
  const options = [`etcd=${etcd.address}`, `service=${serviceName}`];
  await run('discover', 'discovery through etcd', options);
  await registration.close();
  await server.close();
  client.close();
  await etcd.stop();
}

async function overLimit(run: RunScenario): Promise<void> {
  const server = await startOurServer({ admit: () => new LimitExceededError('too many requests') });
  await run('overlimit', 'limits', [`address=${server.address}`]);
  await server.close();
}

/** A Kitex client calls two of our servers without pause while one of them ends. */
async function gracefulEnd(peer: BuiltPeer, results: Results): Promise<void> {
  await results.attempt(
    combinationOf(peer, 'peer calls us', 'graceful end'),
    'no call fails',
    async () => {
      const servers = [await startOurServer(), await startOurServer()] as const;
      const address = `address=${servers.map((server) => server.address).join()}`;
      const [file, ...args] = peer.command(peer.folder);
      const caller = await startServer([file, ...args, 'scenario', 'traffic', address]);
      await servers[0].close();
      await caller.stop();
      await servers[1].close();
      return reportOf(caller.lines);
    },
  );
}

/** What the last line of a client says is wrong. */
function reportOf(lines: readonly string[]): string {
  const last = lines.findLast((line) => line.startsWith('{'));
  if (last === undefined) {
    return `no report: ${lines.join(' ')}`;
  }
  return (JSON.parse(last) as { detail: string }).detail;
}
