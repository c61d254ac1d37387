import type { Cell } from '../rpc/messages.js';
import { PeerProcesses } from '../rpc/peer-processes.js';
import type { PeerName } from '../rpc/peers/index.js';
import { logRatioInTurns, type Builds, type Suite } from './suite.js';

const CELLS: readonly Cell[] = [
  { payload: 'small', callers: 100, kind: 'shared' },
  { payload: 'medium', callers: 100, kind: 'shared' },
];
/** Calls rather than milliseconds: on a busy machine a fixed time would hold little work, and less of it compiled. */
const WARM_UP = { calls: 150_000 };
const ROUNDS = 8;
const ROUND = { calls: 10_000 };

/** Calls of one stack: client and server are processes of their own, and the CPU time of both counts. */
export function rpcSuite(peer: PeerName, builds: Builds): Suite {
  return {
    async pass() {
      const processes = {
        new: new PeerProcesses(peer, builds.new.moduleUrl('rpc/peers/index.js')),
        old: new PeerProcesses(peer, builds.old.moduleUrl('rpc/peers/index.js')),
      };
      try {
        await Promise.all([processes.new.start(), processes.old.start()]);
        for (const cell of CELLS) {
          await processes.new.warmUp(cell, WARM_UP);
          await processes.old.warmUp(cell, WARM_UP);
        }
        const rows = new Map<string, number>();
        for (const cell of CELLS) {
          const measured = await logRatioInTurns(processes, ROUNDS, async (build) => {
            const { clientCpuNs, serverCpuNs } = await build.round(cell, ROUND, 'cpu');
            return clientCpuNs + serverCpuNs;
          });
          rows.set(`rpc: ${peer}, ${cell.payload}`, measured);
        }
        return rows;
      } finally {
        processes.new.stop();
        processes.old.stop();
      }
    },
  };
}
