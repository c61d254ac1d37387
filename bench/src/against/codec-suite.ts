import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ask } from '../ask.js';
import { PAYLOADS, type PayloadName } from '../payloads.js';
import { keepOnProcessor } from '../rpc/processors.js';
import type { Build } from './build.js';
import { logRatioInTurns, type Builds, type Suite } from './suite.js';

/** One row of the codec: what is encoded or decoded, and how. */
export interface CodecOperation {
  readonly direction: 'encode' | 'decode';
  readonly protocol: 'binary' | 'compact';
  readonly payload: PayloadName;
}

/** Runs an operation so many times. */
export interface CodecRequest {
  readonly type: 'measure';
  readonly operation: CodecOperation;
  readonly count: number;
}

/** CPU time of all of them, in nanoseconds. */
export interface CodecReply {
  readonly type: 'measured';
  readonly cpuNs: number;
}

const WORKER = fileURLToPath(new URL('./codec-worker.js', import.meta.url));
const WARM_UP_MS = 80;
const ROUNDS = 10;
const ROUND_MS = 15;

const OPERATIONS: readonly CodecOperation[] = (['binary', 'compact'] as const).flatMap((protocol) =>
  PAYLOADS.flatMap((payload) =>
    (['encode', 'decode'] as const).map((direction) => ({ direction, protocol, payload })),
  ),
);

/** Encoding and decoding each payload in both protocols, all in one process per build. */
export function codecSuite(builds: Builds): Suite {
  return {
    async pass() {
      const processes = { new: start(builds.new), old: start(builds.old) };
      try {
        const counts = new Map<CodecOperation, number>();
        for (const operation of OPERATIONS) {
          counts.set(operation, await warmUp(processes.new, operation));
          await warmUp(processes.old, operation);
        }
        const rows = new Map<string, number>();
        for (const [operation, count] of counts) {
          const measured = await logRatioInTurns(processes, ROUNDS, (child) =>
            cpuNs(child, operation, count),
          );
          rows.set(rowName(operation), measured);
        }
        return rows;
      } finally {
        processes.new.kill('SIGKILL');
        processes.old.kill('SIGKILL');
      }
    },
  };
}

function rowName({ direction, protocol, payload }: CodecOperation): string {
  return `codec: ${direction} ${protocol}, ${payload}`;
}

function start(build: Build): ChildProcess {
  const child = fork(WORKER, [build.moduleUrl('codec/contestants/ours.js')], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  keepOnProcessor(child.pid!, 1);
  return child;
}

/** Runs an operation until it is compiled, and returns how often it runs in a round. */
async function warmUp(child: ChildProcess, operation: CodecOperation): Promise<number> {
  let count = 16;
  let spentMs = 0;
  for (;;) {
    const milliseconds = (await cpuNs(child, operation, count)) / 1e6;
    spentMs += milliseconds;
    if (spentMs >= WARM_UP_MS) {
      return Math.ceil((count * ROUND_MS) / milliseconds);
    }
    if (milliseconds < ROUND_MS) {
      count *= 2;
    }
  }
}

/** The same number of operations in both builds, in however many milliseconds: waiting for a processor does not count. */
async function cpuNs(
  child: ChildProcess,
  operation: CodecOperation,
  count: number,
): Promise<number> {
  const request: CodecRequest = { type: 'measure', operation, count };
  return (await ask<CodecRequest, CodecReply>(child, request, rowName(operation))).cpuNs;
}
