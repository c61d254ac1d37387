import { LimitExceededError } from '@nestjs-thrift/transport';
import { EtcdRegistry } from '@nestjs-thrift/governance/etcd';
import { ThriftTracing } from '@nestjs-thrift/telemetry/tracing';
import { Etcd3 } from 'etcd3';
import { etcdIsInstalled, EtcdServer } from '#test/etcd-server.js';
import { startNestRelay } from '../ours/nest.js';
import { startOurServer, type OurServer } from '../ours/server.js';
import { startSpans } from '../ours/spans.js';
import { startServer } from '../runner/commands.js';
import { recordLines } from '../runner/matrix.js';
import type { BuiltPeer } from '../runner/prepare.js';
import type { Combination, Results } from '../runner/results.js';

function combinationOf(peer: BuiltPeer, feature: string): Combination {
  return {
    peer: peer.name,
    direction: 'peer calls us',
    transport: 'TTHeaderFramed',
    protocol: 'binary',
    feature,
  };
}

/** Runs a scenario of the Kitex client against a server. */
async function runScenario(
  peer: BuiltPeer,
  name: string,
  feature: string,
  options: readonly string[],
  results: Results,
): Promise<void> {
  const command = [...peer.command(peer.folder), 'scenario', name, ...options] as const;
  await recordLines(command, combinationOf(peer, feature), results);
}

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
  const server = await startOurServer();
  const address = `address=${server.address}`;
  try {
    for (const [name, feature] of SCENARIOS) {
      await runScenario(peer, name, feature, [address], results);
    }
    for (const pool of ['long', 'short', 'mux']) {
      const options = [address, `pool=${pool}`];
      await runScenario(peer, 'pool', `${pool} connections`, options, results);
    }
    await relay(peer, server, results);
  } finally {
    await server.close();
  }
  await trace(peer, results);
  await discovery(peer, results);
  await overLimit(peer, results);
  await gracefulEnd(peer, results);
}

/** Go → here → Go: what of the metadata reaches the second hop. */
async function relay(peer: BuiltPeer, server: OurServer, results: Results): Promise<void> {
  const [file, ...args] = peer.command(peer.folder);
  const next = await startServer([file, ...args, 'server', '127.0.0.1:0']);
  const options = [`address=${server.address}`, `next=127.0.0.1:${next.port}`];
  await runScenario(peer, 'relay', 'metadata over two hops', options, results);
  await runScenario(peer, 'chainstop', 'retries over two hops', options, results);
  await next.stop();
}

/** Go → Nest → Go under one trace. */
async function trace(peer: BuiltPeer, results: Results): Promise<void> {
  const spans = startSpans();
  const nest = await startNestRelay([new ThriftTracing()]);
  const [file, ...args] = peer.command(peer.folder);
  const next = await startServer([file, ...args, 'server', '127.0.0.1:0']);
  const options = [`address=127.0.0.1:${nest.port}`, `next=127.0.0.1:${next.port}`];
  await runScenario(peer, 'trace', 'a trace over two hops', options, results);
  await next.stop();
  await nest.close();
  spans.stop();
}

/** A Kitex client finds our server in etcd. */
async function discovery(peer: BuiltPeer, results: Results): Promise<void> {
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
  await runScenario(peer, 'discover', 'discovery through etcd', options, results);
  await registration.close();
  await server.close();
  client.close();
  await etcd.stop();
}

async function overLimit(peer: BuiltPeer, results: Results): Promise<void> {
  const server = await startOurServer({ admit: () => new LimitExceededError('too many requests') });
  await runScenario(peer, 'overlimit', 'limits', [`address=${server.address}`], results);
  await server.close();
}

/** A Kitex client calls two of our servers without pause while one of them ends. */
async function gracefulEnd(peer: BuiltPeer, results: Results): Promise<void> {
  await results.attempt(combinationOf(peer, 'graceful end'), 'no call fails', async () => {
    const servers = [await startOurServer(), await startOurServer()] as const;
    const address = `address=${servers.map((server) => server.address).join()}`;
    const [file, ...args] = peer.command(peer.folder);
    const caller = await startServer([file, ...args, 'scenario', 'traffic', address]);
    await servers[0].close();
    await caller.stop();
    await servers[1].close();
    return reportOf(caller.lines);
  });
}

/** What the last line of a client says is wrong. */
function reportOf(lines: readonly string[]): string {
  const last = lines.findLast((line) => line.startsWith('{'));
  if (last === undefined) {
    return `no report: ${lines.join(' ')}`;
  }
  return (JSON.parse(last) as { detail: string }).detail;
}
