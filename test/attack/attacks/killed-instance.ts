import { setTimeout as sleep } from 'node:timers/promises';
import { ThriftClient } from '@nestjs-thrift/microservice';
import { type Attack, hold } from '../arena/attack.js';
import { plainServerOf } from '../arena/stage.js';
import { Target } from '../victims/target.js';

const CALLERS = 12;
const CALL_MS = 20;
const BETWEEN_MS = 700;

/** What came of the calls. */
export interface Outcome {
  readonly succeeded: number;
  readonly failures: readonly string[];
}

let stopCalls: () => Promise<Outcome>;

/** Runs in the client: calls several instances without a pause; the calls are idempotent, and retried. */
export function startCalls(endpoints: readonly string[]): void {
  const proxy = new ThriftClient({
    services: [Target],
    endpoints,
    policies: { retry: { type: 'failure', idempotent: true } },
  });
  const client = proxy.getService(Target);
  const failures: string[] = [];
  let succeeded = 0;
  let running = true;
  const loops = Array.from({ length: CALLERS }, async () => {
    while (running) {
      await client.wait(CALL_MS).then(
        () => succeeded++,
        (error: Error) => failures.push(error.message),
      );
    }
  });
  stopCalls = async () => {
    running = false;
    await Promise.all(loops);
    await proxy.close();
    return { succeeded, failures };
  };
}

export function endCalls(): Promise<Outcome> {
  return stopCalls();
}

/** Processes that end in the middle of their calls. */
export const killedInstance: Attack = {
  name: 'killed-instance',
  kind: 'C13',
  does: 'kills two of three servers, one after the other, while idempotent calls with retries are in flight',
  holds: 'no call fails',
  victim: 'client',
  module: import.meta.url,
  limits: { durationMs: 60_000 },
  async carryOut({ victim, port, spawn }) {
    const servers = await Promise.all([spawn(), spawn()]);
    const addresses = await Promise.all(servers.map((server) => plainServerOf(server).serve()));
    const client = victim.module<typeof import('./killed-instance.js')>(import.meta.url);
    await client.startCalls([`127.0.0.1:${port}`, ...addresses]);
    for (const server of servers) {
      await sleep(BETWEEN_MS);
      await server.kill();
    }
    await sleep(BETWEEN_MS);
    const { succeeded, failures } = await client.endCalls();
    hold(
      failures.length === 0 && succeeded > 0,
      `${failures.length} of ${succeeded + failures.length} calls failed: ${failures[0]}`,
    );
    return `${succeeded} calls succeeded`;
  },
};
