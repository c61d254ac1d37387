import type { PeerName } from '../rpc/peers/index.js';
import { Build, THIS_BUILD } from './build.js';
import { codecSuite } from './codec-suite.js';
import { readComparisonOptions, type ComparisonFlags, type ComparisonOptions } from './options.js';
import { renderRows } from './rows.js';
import { rpcSuite } from './rpc-suite.js';
import { startupSuite } from './startup-suite.js';
import { runPasses, type Builds, type Suite } from './suite.js';

/** Stacks whose calls are measured, and the parts of the benchmark that include them. */
const STACKS: readonly { readonly peer: PeerName; readonly parts: readonly string[] }[] = [
  { peer: 'thrift without Nest', parts: ['rpc'] },
  { peer: 'thrift without Nest, TTHeaderFramed', parts: ['rpc'] },
  { peer: 'Nest to Nest', parts: ['rpc', 'nest'] },
  { peer: 'Nest to Nest, with a guard', parts: ['rpc', 'nest'] },
  { peer: 'Nest to Nest, timeout + retry + breaker', parts: ['policies'] },
  { peer: 'Nest to Nest, metrics + tracing', parts: ['observers'] },
];

/** Default time per suite, which is enough for about six passes. */
const SECONDS_PER_SUITE = 35;

/**
 * Runs `npm run bench -- --against`.
 *
 * @returns the exit code: 0, 1 if a row failed, 2 if the options are wrong or something could not be measured.
 */
export async function compareBuilds(
  part: string,
  flags: ComparisonFlags,
  onProgress: (text: string) => void,
): Promise<number> {
  try {
    // npm starts the benchmark in its own folder.
    const cwd = process.env.INIT_CWD ?? process.cwd();
    return (await run(readComparisonOptions(part, flags, cwd), onProgress)) ? 0 : 1;
  } catch (error) {
    onProgress((error as Error).message);
    return 2;
  }
}

/** Measures this build and another one in turns, prints the rows, and returns whether none of them failed. */
async function run(
  { folder, part, bound, seconds }: ComparisonOptions,
  onProgress: (text: string) => void,
): Promise<boolean> {
  const old = new Build(folder);
  if (old.dist !== THIS_BUILD.dist) {
    onProgress(`compiling the benchmark of ${folder}`);
    await old.compile();
  }
  const builds = { new: THIS_BUILD, old };
  const suites = await suitesOf(part, builds, onProgress);
  if (suites.length === 0) {
    throw new Error(`nothing of "${part}" can be measured in both builds`);
  }
  const limit = seconds ?? suites.length * SECONDS_PER_SUITE;
  const { text, hasFailed } = renderRows(await runPasses(suites, limit, onProgress), bound);
  console.log(text);
  return !hasFailed;
}

async function suitesOf(
  part: string,
  builds: Builds,
  onProgress: (text: string) => void,
): Promise<Suite[]> {
  const isIn = (...parts: readonly string[]) => part === 'all' || parts.includes(part);
  const known = new Set(await builds.old.peerNames());
  const peers = STACKS.filter(({ parts }) => isIn(...parts)).map(({ peer }) => peer);
  for (const peer of peers.filter((name) => !known.has(name))) {
    onProgress(`left out, as the other build does not have it: ${peer}`);
  }
  return [
    ...(isIn('codec') ? [codecSuite(builds)] : []),
    ...peers.filter((name) => known.has(name)).map((peer) => rpcSuite(peer, builds)),
    ...(isIn('startup') ? [await startupSuite(builds)] : []),
  ];
}
