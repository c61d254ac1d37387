import { ClientTransport, createClient } from '@nestjs-thrift/transport';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attack, hold } from '../arena/attack.js';
import { loadStack, type StackName } from '../stacks/stack.js';
import { outcomeOf, SUCCEEDED } from '../victims/outcomes.js';
import { Target } from '../victims/target.js';
import { HostileServer } from '../wire/hostile-server.js';

const ONEWAY_BYTES = 64 * 1024;
const ONEWAY_CALLERS = 16;
const ONEWAY_MS = 2_000;
const ONEWAY_TIMEOUT_MS = 500;
/** What the buffers of two kernels take of a connection. */
const MAX_RESOLVED_MB = 16;
const MAX_LATE_MS = 1_000;
const MUX_CALLS = 6_000;
const MUX_BYTES = 100 * 1024;
const MUX_TIMEOUT_MS = 2_000;
const MEBIBYTE = 1024 * 1024;

/** What came of calls that send without end. */
export interface Outcome {
  readonly resolvedMb: number;
  readonly rejected: number;
  readonly slowestMs: number;
}

/** Runs in the client: oneway calls for a while, each as soon as the one before has ended. */
export async function sendWithoutEnd(stack: StackName, port: number): Promise<Outcome> {
  const client = await (await loadStack(stack)).connect('127.0.0.1', port);
  const payload = Buffer.alloc(ONEWAY_BYTES, 'x');
  let [resolved, rejected, slowestMs] = [0, 0, 0];
  const until = performance.now() + ONEWAY_MS;
  const callers = Array.from({ length: ONEWAY_CALLERS }, async () => {
    while (performance.now() < until) {
      const startedAt = performance.now();
      await client.note!(payload, ONEWAY_TIMEOUT_MS).then(
        () => resolved++,
        () => rejected++,
      );
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      // Calls that resolve at once must not keep the socket from being written.
      await sleep(0);
    }
  });
  await Promise.all(callers);
  await client.close();
  return { resolvedMb: (resolved * ONEWAY_BYTES) / MEBIBYTE, rejected, slowestMs };
}

/** Runs in the client: many calls with large arguments on one multiplexed connection; returns their outcomes. */
export async function callAtOnce(address: string): Promise<string[]> {
  const transport = new ClientTransport({ connection: { mode: 'mux' } });
  const client = createClient(Target, { transport, endpoints: [address] });
  const payload = Buffer.alloc(MUX_BYTES);
  const calls = Array.from({ length: MUX_CALLS }, () =>
    outcomeOf(client.take(payload, { timeoutMs: MUX_TIMEOUT_MS })),
  );
  const outcomes = new Set(await Promise.all(calls));
  await transport.close();
  return [...outcomes];
}

const silentServer = (): Promise<HostileServer> =>
  HostileServer.start(({ socket }) => socket.pause());

/** Servers that do not read. */
export const backPressure: readonly Attack[] = [
  {
    name: 'unread-oneway-calls',
    kind: 'C10',
    does: 'makes oneway calls of 64 KB with a timeout of 500 ms for 2 s to a server that does not read',
    holds: 'memory grows by no more than 128 MB, and calls that the socket does not take time out',
    victim: 'client',
    module: import.meta.url,
    limits: { peakMb: 128 },
    comparedWith: ['npm thrift', 'Nest TCP'],
    async carryOut({ victim, stack, defer }) {
      const server = await silentServer();
      defer(() => server.close());
      const { resolvedMb, rejected, slowestMs } = await victim
        .module<typeof import('./back-pressure.js')>(import.meta.url)
        .sendWithoutEnd(stack, server.port);
      const text = `${Math.round(resolvedMb)} MB resolved on ${server.accepted} connections, ${rejected} calls rejected, the slowest after ${Math.round(slowestMs)} ms`;
      hold(
        resolvedMb <= MAX_RESOLVED_MB * server.accepted &&
          rejected > 0 &&
          slowestMs <= ONEWAY_TIMEOUT_MS + MAX_LATE_MS,
        text,
      );
      return text;
    },
  },
  {
    name: 'unread-calls',
    kind: 'C10',
    does: 'makes 6,000 calls with arguments of 100 KB on one multiplexed connection to a server that does not read',
    holds: 'memory grows by no more than 128 MB',
    victim: 'client',
    module: import.meta.url,
    limits: { peakMb: 128 },
    async carryOut({ victim, defer }) {
      const server = await silentServer();
      defer(() => server.close());
      const outcomes = await victim
        .module<typeof import('./back-pressure.js')>(import.meta.url)
        .callAtOnce(server.address);
      hold(!outcomes.includes(SUCCEEDED), 'calls succeeded that were not answered');
      return `calls ended with ${outcomes.join(', ')}`;
    },
  },
];
