// npm run bench [-- codec|rpc|nest|streams|policies|observers|methods|gateway|startup|profile] [--quick] [--compare]
// npm run bench -- [codec|rpc|nest|policies|observers|startup] --against FOLDER [--bound 1.02] [--seconds N]
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareBuilds } from './against/run.js';
import { runCodecs } from './codec/run.js';
import { FEATURES, runFeatures } from './features/run.js';
import { runGateway } from './gateway/run.js';
import { runProfiles } from './profile/run.js';
import { checkGoals } from './report/goals.js';
import { renderMarkdown } from './report/markdown.js';
import { barPlot } from './report/plot.js';
import type { Results } from './report/results.js';
import { NEST_PEERS, RPC_CELLS, RPC_PEERS } from './rpc/cells.js';
import { measureRpc, type RpcResult } from './rpc/measure.js';
import { cellName } from './rpc/messages.js';
import { runStreams } from './streams/run.js';
import { runStartup } from './startup/run.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean' },
    compare: { type: 'boolean' },
    against: { type: 'string' },
    bound: { type: 'string' },
    seconds: { type: 'string' },
  },
});
const wanted = positionals[0] ?? 'all';
const known = [
  'all',
  'codec',
  'rpc',
  'nest',
  'streams',
  'policies',
  'observers',
  'methods',
  'gateway',
  'startup',
  'profile',
];
if (!known.includes(wanted)) {
  console.error(`unknown part "${wanted}": one of ${known.join(', ')}`);
  process.exit(2);
}
const progress = (text: string) => console.error(text);

if (values.against === undefined && (values.bound ?? values.seconds) !== undefined) {
  console.error('--bound and --seconds need --against FOLDER');
  process.exit(2);
}
if (values.against !== undefined) {
  process.exit(await compareBuilds(wanted, { ...values, against: values.against }, progress));
}

const folder = fileURLToPath(new URL('../../results/', import.meta.url));
const file = `${folder}latest.json`;
const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined;

// Many short rounds: the speed of a shared machine changes within seconds.
const plan = values.quick
  ? { rounds: 5, roundMs: 300, warmUpMs: 1000, cellWarmUpMs: 1000 }
  : { rounds: 11, roundMs: 300, warmUpMs: 5000, cellWarmUpMs: 1500 };

const gatewayPlan = values.quick
  ? { rounds: 5, requests: 1000, warmUpRequests: 3000 }
  : { rounds: 30, requests: 1000, warmUpRequests: 20_000 };

const isWanted = (...parts: readonly string[]) => wanted === 'all' || parts.includes(wanted);

let rpc: RpcResult[] | undefined;
if (isWanted('rpc', 'nest')) {
  const peers = wanted === 'nest' ? NEST_PEERS : RPC_PEERS;
  rpc = await measureRpc({ peers, cells: RPC_CELLS, ...plan }, progress);
}
const features = FEATURES.filter(({ part }) => isWanted(part));
const results: Results = {
  measuredOn: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
  node: process.versions.node,
  ...(rpc === undefined ? {} : { rpc }),
  ...(isWanted('codec') ? { codec: await runCodecs(progress) } : {}),
  ...(features.length > 0 ? { features: await runFeatures(features, plan, progress) } : {}),
  ...(isWanted('gateway') ? { gateway: await runGateway(gatewayPlan, progress) } : {}),
  ...(isWanted('profile') ? { profiles: await runProfiles(progress) } : {}),
  ...(isWanted('streams') ? { streams: await runStreams(plan, progress) } : {}),
  ...(isWanted('startup') ? { startup: await runStartup(progress) } : {}),
};

for (const { name, goal, measured, reached } of checkGoals(results)) {
  const last = before && checkGoals(before).find((other) => other.name === name)?.measured;
  const change = values.compare && last ? `, was ${last.toFixed(2)}` : '';
  console.log(`${reached ? 'ok  ' : 'miss'} ${name}: ${measured.toFixed(2)} (${goal}${change})`);
}

if (wanted === 'streams') {
  console.log(JSON.stringify(results.streams, null, 2));
}
for (const { request, cpuNs } of results.gateway ?? []) {
  const costs = Object.entries(cpuNs).map(([name, ns]) => `${name} ${(ns / 1000).toFixed(0)} µs`);
  console.log(`gateway, ${request}: ${costs.join(', ')}`);
}
if (wanted === 'profile') {
  console.log(JSON.stringify(results.profiles, null, 2));
}
if (wanted === 'all') {
  mkdirSync(folder, { recursive: true });
  const plots = writePlots(results);
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(`${folder}README.md`, renderMarkdown(results, plots));
  console.log(`report: bench/results/README.md`);
}

function writePlots({ rpc: measured = [], codec: codecs }: Results): string[] {
  const cell = measured.filter(({ cell }) => cellName(cell) === 'medium, 100 callers, shared');
  const plots: [string, string][] = [
    [
      'cpu-per-call.svg',
      barPlot(
        'CPU time per call: medium payload, 100 callers',
        'µs, less is better',
        cell.map(({ peer, cpuNs }) => ({ label: peer, value: cpuNs / 1000 })),
      ),
    ],
    [
      'throughput.svg',
      barPlot(
        'Calls per second: medium payload, 100 callers',
        'more is better',
        cell.map(({ peer, callsPerSecond }) => ({ label: peer, value: callsPerSecond })),
      ),
    ],
  ];
  for (const operation of ['encode', 'decode'] as const) {
    const rows = codecs?.binary.medium ?? [];
    plots.push([
      `${operation}.svg`,
      barPlot(
        `${operation}: medium payload`,
        'ns, less is better',
        rows.map((row) => ({
          label: row.name,
          value: operation === 'encode' ? row.encodeNs : row.decodeNs,
        })),
      ),
    ]);
  }
  for (const [name, svg] of plots) {
    writeFileSync(folder + name, svg);
  }
  return plots.map(([name]) => name);
}
