// Runs in a process: calls a server without a pause during an attack.
import { setTimeout as sleep } from 'node:timers/promises';
import { loadStack, type StackClient, type StackName } from '../stacks/stack.js';

const CALLERS = 4;
const PAUSE_MS = 10;
const MAX_FAILURES_KEPT = 3;

/** Results of its calls. */
export interface Tally {
  readonly succeeded: number;
  readonly failed: number;
  readonly slowestMs: number;
  /** Texts of the first failures. */
  readonly failures: readonly string[];
}

let client: StackClient | undefined;
let running = false;
let loops: Promise<void>[] = [];
let succeeded = 0;
let failed = 0;
let slowestMs = 0;
let failures: string[] = [];

/** Connects; all connections that {@link start} needs are there afterwards. */
export async function meet(stack: StackName, host: string, port: number): Promise<void> {
  // Of a server that is gone perhaps.
  await Promise.resolve(client?.close()).catch(() => undefined);
  client = await (await loadStack(stack)).connect(host, port);
  await touch();
}

/** Calls a little, so that connections are there again that have been closed for being idle. */
export async function touch(): Promise<void> {
  await Promise.all(Array.from({ length: CALLERS }, () => client!.echo('hello')));
}

/** Starts to call. */
export function start(): void {
  [succeeded, failed, slowestMs, failures] = [0, 0, 0, []];
  running = true;
  loops = Array.from({ length: CALLERS }, async (_, caller) => {
    for (let calls = 0; running; calls++) {
      await callOnce(`${caller} ${calls}`);
      await sleep(PAUSE_MS);
    }
  });
}

/** Ends the calls and counts them. */
export async function stop(): Promise<Tally> {
  running = false;
  await Promise.all(loops.splice(0));
  return { succeeded, failed, slowestMs, failures };
}

async function callOnce(text: string): Promise<void> {
  const startedAt = performance.now();
  try {
    const echoed = await client!.echo(text);
    if (echoed !== text) {
      throw new Error(`got the reply to ${echoed} for ${text}`);
    }
    succeeded++;
  } catch (error) {
    failed++;
    if (failures.length < MAX_FAILURES_KEPT) {
      failures.push(String(error));
    }
  }
  slowestMs = Math.max(slowestMs, performance.now() - startedAt);
}
