import type { ProfileResult } from '../report/results.js';
import { PeerProcesses } from '../rpc/peer-processes.js';
import type { Cell } from '../rpc/messages.js';
import type { PeerName } from '../rpc/peers/index.js';

/** The three paths most of the time goes through, and those of further ratios that are hard to reach. */
const PATHS: readonly { readonly peer: PeerName; readonly cell: Cell }[] = [
  { peer: 'Nest to Nest', cell: { payload: 'small', callers: 100, kind: 'shared' } },
  { peer: 'thrift without Nest', cell: { payload: 'medium', callers: 100, kind: 'shared' } },
  { peer: 'thrift without Nest', cell: { payload: 'large', callers: 16, kind: 'shared' } },
  { peer: 'thrift without Nest', cell: { payload: 'medium', callers: 16, kind: 'pooled' } },
  {
    peer: 'Nest to Nest, metrics + tracing',
    cell: { payload: 'medium', callers: 100, kind: 'shared' },
  },
];

const WARM_UP = { milliseconds: 3000 };
const PROFILED = { milliseconds: 3000 };

/** Profiles the hottest paths, one after the other. */
export async function runProfiles(onProgress: (text: string) => void): Promise<ProfileResult[]> {
  const results: ProfileResult[] = [];
  for (const { peer, cell } of PATHS) {
    const processes = new PeerProcesses(peer);
    try {
      await processes.start();
      await processes.warmUp(cell, WARM_UP);
      results.push({ peer, cell, ...(await processes.profile(cell, PROFILED)) });
    } finally {
      processes.stop();
    }
    onProgress(`profile: ${peer}, ${cell.payload}`);
  }
  return results;
}
