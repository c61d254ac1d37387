import type { ProtocolName, TransportName } from '@nestjs-thrift/transport';
import { openClient } from '../ours/client.js';
import { EXOTIC, exoticDifference } from '../ours/exotic.js';
import { runCalls } from '../ours/calls.js';
import { serverTls, startOurServer } from '../ours/server.js';
import { run, startServer } from './commands.js';
import type { BuiltPeer } from './prepare.js';
import type { Combination, Results } from './results.js';
import { tlsFolder } from './tls.js';

/** One way to wrap and write messages, and what is tried over it. */
interface Setting {
  readonly transport: TransportName;
  readonly protocol: ProtocolName;
  readonly feature: 'types and calls' | 'TLS' | 'multiplexed names' | 'struct and container keys';
}

const EARLIER_KITEX =
  'Left out: a server that ends under calls of this client, which ignores `crrst` on long connections and loses a call now and then.';

/** What a peer is not asked for, by its name. */
export const GAPS: Readonly<Record<string, string>> = {
  'Kitex (Go)':
    'Left out: a server that ends under a multiplexing Kitex client, which loses its calls in flight over the control ' +
    'frame, between two Kitex peers too; declared exceptions behind a retry policy of Kitex 0.16, which its client loses.',
  'Kitex 0.11 (Go)': EARLIER_KITEX,
  'Kitex 0.9 (Go)':
    `${EARLIER_KITEX} Its server closes a connection on which it gets a method that it does not know, and cannot send the ` +
    'exception that later versions send; `nestjs-thrift call` needs a `--transport` for it.',
  'Apache Thrift, Node':
    'Left out: `keys`, because its maps hold neither boolean nor large 64-bit keys; sending `doubles`, because it writes ' +
    '-0 as 0; in Compact receiving `full`, because it reads booleans in containers as false.',
};

const KEYS = ['check keys', 'produce keys', 'echo keys'];
const DOUBLES = ['produce doubles', 'echo doubles'];
const FULL = ['check full', 'echo full'];
/** Cases that npm thrift cannot answer, by protocol. */
const NODE_LEAVES_OUT = {
  binary: [...KEYS, ...DOUBLES],
  compact: [...KEYS, ...DOUBLES, ...FULL],
};

/** Cases that a peer cannot answer over a protocol. */
export function leftOutOf(peer: BuiltPeer, protocol: ProtocolName): readonly string[] {
  if (peer.name === 'Apache Thrift, Node') {
    return NODE_LEAVES_OUT[protocol];
  }
  return peer.closesOnUnknownMethod ? ['unknown method'] : [];
}

function settingsOf(peer: BuiltPeer): Setting[] {
  const settings: Setting[] = peer.transports.flatMap((transport) =>
    peer.protocols.map((protocol) => ({
      transport,
      protocol,
      feature: 'types and calls' as const,
    })),
  );
  const framed = { transport: 'Framed', protocol: 'binary' } as const;
  const buffered = { transport: 'Buffered', protocol: 'compact' } as const;
  if (peer.tls) {
    settings.push({ ...framed, feature: 'TLS' }, { ...buffered, feature: 'TLS' });
  }
  if (peer.multiplexed) {
    settings.push({ ...framed, feature: 'multiplexed names' });
    settings.push({ ...buffered, feature: 'multiplexed names' });
  }
  if (peer.exotic) {
    settings.push({ ...framed, feature: 'struct and container keys' });
    settings.push({ ...buffered, feature: 'struct and container keys' });
  }
  return settings;
}

/** Runs everything that a peer can do, both ways. */
export async function runMatrix(peer: BuiltPeer, results: Results): Promise<void> {
  for (const setting of settingsOf(peer)) {
    const { transport, protocol, feature } = setting;
    const combination = { peer: peer.name, transport, protocol, feature };
    const tls = feature === 'TLS' ? await tlsFolder() : undefined;
    await peerCallsUs(peer, { ...combination, direction: 'peer calls us' }, tls, results);
    await weCallPeer(peer, { ...combination, direction: 'we call the peer' }, tls, results);
  }
}

function optionsOf({ transport, protocol, feature }: Combination, tls?: string): string[] {
  const options = [transport.toLowerCase(), protocol];
  if (tls !== undefined) {
    options.push(`tls=${tls}`);
  }
  if (feature === 'multiplexed names') {
    options.push('multiplexed=1');
  }
  if (feature === 'struct and container keys') {
    options.push('exotic=1');
  }
  return options;
}

/** A line of a peer's client. */
interface Line {
  readonly case: string;
  readonly ok: boolean;
  readonly detail: string;
}

async function peerCallsUs(
  peer: BuiltPeer,
  combination: Combination,
  tls: string | undefined,
  results: Results,
): Promise<void> {
  const server = await startOurServer(tls === undefined ? {} : serverTls(tls));
  try {
    const address = `127.0.0.1:${server.port}`;
    const command = [...peer.command(peer.folder), 'client', address] as const;
    await recordLines([...command, ...optionsOf(combination, tls)], combination, results);
  } finally {
    await server.close();
  }
}

/** Runs a client of a peer and records each line that it prints. */
export async function recordLines(
  command: readonly [string, ...string[]],
  combination: Combination,
  results: Results,
): Promise<void> {
  let ended = '';
  const output = await run(command, { timeoutMs: 60_000 }).catch((error: Error) => {
    ended = error.message;
    return error.message
      .split('\n')
      .filter((line) => line.startsWith('{"case"'))
      .join('\n');
  });
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  for (const line of lines.map((text) => JSON.parse(text) as Line)) {
    results.add(combination, line.case, line.ok ? '' : line.detail || 'failed');
  }
  if (ended !== '') {
    results.add(combination, 'client runs to its end', ended);
  } else if (lines.length === 0) {
    results.add(combination, 'client runs to its end', 'printed nothing');
  }
}

async function weCallPeer(
  peer: BuiltPeer,
  combination: Combination,
  tls: string | undefined,
  results: Results,
): Promise<void> {
  const [file, ...args] = peer.command(peer.folder);
  const options = ['server', '127.0.0.1:0', ...optionsOf(combination, tls)];
  const server = await startServer([file, ...args, ...options]);
  const { transport, protocol, feature } = combination as Combination & Setting;
  const client = openClient({
    port: server.port,
    transport,
    protocol,
    multiplexedNames: feature === 'multiplexed names',
    ...(tls === undefined ? {} : { tls }),
  });
  try {
    if (feature === 'struct and container keys') {
      await results.attempt(combination, 'check exotic keys', async () => {
        return (await client.call('Exotic', 'checkExotic', { value: EXOTIC })) as string;
      });
      await results.attempt(combination, 'produce exotic keys', async () =>
        exoticDifference(await client.call('Exotic', 'produceExotic')),
      );
    } else {
      await runCalls(client.call, results, combination, leftOutOf(peer, protocol));
    }
  } finally {
    await client.close();
    await server.stop();
  }
}
