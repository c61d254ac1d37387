import { setTimeout as sleep } from 'node:timers/promises';
import { ChangingConfig } from './changing-config.js';
import { HostilePeers } from './hostile-peers.js';
import { Load } from './load.js';
import { type Sample, takeSample } from './sample.js';
import { ServerProcess } from './server-process.js';
import { Tally } from './tally.js';

const SERVERS = 3;
const PROGRESS_EVERY_MS = 1000;
const KILL_EVERY_MS = 1500;
const CONFIG_EVERY_MS = 700;
/** Longest wait for everything to be released. */
const SETTLE_MS = 10_000;

/** How the soak stands, for a line that is shown while it goes on. */
export interface SoakState {
  readonly tally: Tally;
  readonly kills: number;
  readonly visits: number;
  readonly reloads: number;
}

/** What was seen of one side at the beginning and at the end. */
export interface Comparison {
  readonly before: Sample;
  readonly after: Sample;
}

/** What came of a soak. */
export interface SoakResult extends SoakState {
  /** Calls that had not ended when all should have. */
  readonly unsettled: number;
  readonly busySlots: number;
  readonly refusedConfigs: number;
  /** Unhandled rejections, uncaught errors, processes that ended unexpectedly. */
  readonly faults: readonly string[];
  /** Callers and the server that was never killed, at rest after the warm-up and at the end, clients still open. */
  readonly caller: Comparison;
  readonly server: Comparison;
  /** Both with all clients closed; the caller also from before there were any. */
  readonly callerClosed: Comparison;
  readonly serverClosed: { readonly connections: number; readonly inFlight: number };
}

/** Runs everything for so many milliseconds, a third of them to warm up. */
export async function soak(
  durationMs: number,
  progress: (state: SoakState) => void,
): Promise<SoakResult> {
  const faults: string[] = [];
  const fault = (error: unknown): void => {
    faults.push(error instanceof Error ? String(error.stack) : String(error));
  };
  process.on('unhandledRejection', fault).on('uncaughtException', fault);
  const servers = Array.from({ length: SERVERS }, () => new ServerProcess());
  try {
    await Promise.all(servers.map((server) => server.start()));
    const result = await soakServers(servers, durationMs, progress);
    return { ...result, faults: [...faults, ...servers.flatMap((server) => server.faults)] };
  } finally {
    await Promise.all(servers.map((server) => server.kill()));
    process.off('unhandledRejection', fault).off('uncaughtException', fault);
  }
}

/** The first server is spared, the others are killed. */
async function soakServers(
  servers: readonly ServerProcess[],
  durationMs: number,
  progress: (state: SoakState) => void,
): Promise<Omit<SoakResult, 'faults'>> {
  const [survivor, ...victims] = servers as [ServerProcess, ...ServerProcess[]];
  const untouched = await takeSample();
  const config = await ChangingConfig.create();
  const tally = new Tally((address) => victims.some((victim) => victim.address === address));
  const addresses = servers.map(({ address }) => address);
  const load = new Load(addresses, config.file, tally);
  const hostile = new HostilePeers(survivor.address);
  const state = (): SoakState => ({
    tally,
    kills: victims.reduce((sum, { kills }) => sum + kills, 0),
    visits: hostile.visits,
    reloads: config.applied,
  });

  const rest = async (): Promise<{ caller: Sample; server: Sample }> => {
    await Promise.all([load.pause(), hostile.stop()]);
    return { caller: await takeSample(), server: (await survivor.sample()).sample };
  };
  const run = async (ms: number): Promise<void> => {
    load.start();
    hostile.start();
    const until = performance.now() + ms;
    const going = (): boolean => performance.now() < until;
    await Promise.all([
      repeat(going, PROGRESS_EVERY_MS, async () => progress(state())),
      repeat(going, CONFIG_EVERY_MS, () => config.change()),
      repeat(going, KILL_EVERY_MS, () => restartOne(victims)),
    ]);
  };

  await run(durationMs / 3);
  const before = await rest();
  await run((durationMs * 2) / 3);
  const after = await rest();
  const { unsettled } = tally;
  const { busySlots } = load;

  await load.close();
  await config.close();
  return {
    ...state(),
    unsettled,
    busySlots,
    refusedConfigs: config.refused,
    caller: { before: before.caller, after: after.caller },
    server: { before: before.server, after: after.server },
    ...(await settle(untouched, survivor)),
  };
}

/** Waits until nothing is left of the callers, on both sides, or for as long as that may take. */
async function settle(
  untouched: Sample,
  survivor: ServerProcess,
): Promise<Pick<SoakResult, 'callerClosed' | 'serverClosed'>> {
  const until = performance.now() + SETTLE_MS;
  for (;;) {
    const after = await takeSample();
    const { connections, inFlight } = await survivor.sample();
    const isDone = leaks({ before: untouched, after }).length === 0 && connections + inFlight === 0;
    if (isDone || performance.now() > until) {
      return {
        callerClosed: { before: untouched, after },
        serverClosed: { connections, inFlight },
      };
    }
  }
}

/** Kinds of resources there are more of than before. */
export function leaks({ before, after }: Comparison): string[] {
  return Object.entries(after.resources)
    .filter(([kind, count]) => count > (before.resources[kind] ?? 0))
    .map(([kind, count]) => `${kind} ${before.resources[kind] ?? 0} → ${count}`);
}

async function restartOne(victims: readonly ServerProcess[]): Promise<void> {
  const victim = victims[Math.floor(Math.random() * victims.length)]!;
  await victim.kill();
  await sleep(Math.random() * 500);
  await victim.start();
}

async function repeat(
  going: () => boolean,
  everyMs: number,
  act: () => Promise<void>,
): Promise<void> {
  while (going()) {
    await act();
    await sleep(everyMs);
  }
}
