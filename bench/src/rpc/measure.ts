import { QuietMoments } from '../quiet.js';
import { median } from '../statistics.js';
import type { Cell } from './messages.js';
import { PeerProcesses, type Round } from './peer-processes.js';
import type { PeerName } from './peers/index.js';

/** The medians of all rounds of one peer in one cell. */
export interface RpcResult extends Round {
  readonly peer: PeerName;
  readonly cell: Cell;
  /** Client and server together, per call. */
  readonly cpuNs: number;
}

/** How long and how often to measure. */
export interface RpcPlan {
  readonly peers: readonly PeerName[];
  readonly cells: readonly Cell[];
  readonly rounds: number;
  readonly roundMs: number;
  /** Load before the first cell of a peer counts, and before each later one. */
  readonly warmUpMs: number;
  readonly cellWarmUpMs: number;
}

/** Measures the peers in turns (A B C A B C …), cell by cell. */
export async function measureRpc(
  plan: RpcPlan,
  onProgress: (text: string) => void,
): Promise<RpcResult[]> {
  const processes = plan.peers.map((name) => new PeerProcesses(name));
  const quiet = new QuietMoments();
  try {
    for (const peer of processes) {
      await peer.start();
    }
    const results: RpcResult[] = [];
    for (const [index, cell] of plan.cells.entries()) {
      const warmUpMs = index === 0 ? plan.warmUpMs : plan.cellWarmUpMs;
      results.push(...(await measureCell(processes, cell, quiet, { ...plan, warmUpMs })));
      onProgress(`${results.length} of ${plan.cells.length * plan.peers.length} measured`);
    }
    return results;
  } finally {
    for (const peer of processes) {
      peer.stop();
    }
  }
}

async function measureCell(
  processes: readonly PeerProcesses[],
  cell: Cell,
  quiet: QuietMoments,
  { rounds, roundMs, warmUpMs }: RpcPlan,
): Promise<RpcResult[]> {
  const samples = new Map(processes.map((peer) => [peer, [] as Round[]]));
  for (const peer of processes) {
    await peer.warmUp(cell, { milliseconds: warmUpMs });
  }
  for (let round = 0; round < rounds; round++) {
    for (const peer of processes) {
      await quiet.wait(() => peer.probeSpeed());
      samples.get(peer)!.push(await peer.round(cell, { milliseconds: roundMs }, 'cpu'));
    }
  }
  const allocations = new Map<PeerProcesses, Round>();
  for (const peer of processes) {
    allocations.set(peer, await peer.round(cell, { milliseconds: roundMs }, 'allocations'));
  }
  return processes.map((peer) => {
    const all = samples.get(peer)!;
    const middle = (key: keyof Round) => median(all.map((round) => round[key]));
    return {
      peer: peer.name,
      cell,
      callsPerSecond: middle('callsPerSecond'),
      p50Ms: middle('p50Ms'),
      p99Ms: middle('p99Ms'),
      clientCpuNs: middle('clientCpuNs'),
      serverCpuNs: middle('serverCpuNs'),
      clientAllocatedBytes: allocations.get(peer)!.clientAllocatedBytes,
      serverAllocatedBytes: allocations.get(peer)!.serverAllocatedBytes,
      clientResidentBytes: middle('clientResidentBytes'),
      serverResidentBytes: middle('serverResidentBytes'),
      cpuNs: median(all.map((round) => round.clientCpuNs + round.serverCpuNs)),
    };
  });
}
