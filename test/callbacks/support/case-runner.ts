import { setTimeout as sleep } from 'node:timers/promises';
import { CaseWorld } from './case-world.js';

/** What a case may use. */
export interface CaseContext {
  /** Servers and clients; closed after the case. */
  readonly world: CaseWorld;
  /** Warnings of the process about functions of the application that threw, since the case began. */
  readonly warnings: readonly string[];
}

/** One function of the application that throws, and what must be so afterwards. */
export interface CallbackCase {
  readonly name: string;
  readonly run: (context: CaseContext) => Promise<void>;
}

/** What came of a case. */
export interface CaseResult {
  readonly table: string;
  readonly name: string;
  /** Why an expectation of the case failed. */
  readonly failure?: string;
  /** What reached the process: each would have ended it. */
  readonly escaped: readonly string[];
}

/** Errors that come late, from a timer or a socket of the case, still belong to it. */
const SETTLE_MS = 30;

/** Runs the cases of all tables one after another in this process and prints a line of JSON for each. */
export async function runCases(
  tables: Readonly<Record<string, readonly CallbackCase[]>>,
): Promise<void> {
  let escaped: string[] = [];
  let warnings: string[] = [];
  process.on('uncaughtException', (error: unknown) => escaped.push(textOf(error)));
  process.on('unhandledRejection', (error: unknown) => escaped.push(textOf(error)));
  process.on('warning', (warning: Error & { code?: string }) => {
    if (warning.code === 'THRIFT_CALLBACK_FAILED') {
      warnings.push(warning.message);
    }
  });
  const cases = Object.entries(tables).flatMap(([table, all]) =>
    all.map((one) => ({ table, ...one })),
  );
  for (const { table, name, run } of cases) {
    const world = new CaseWorld();
    escaped = [];
    warnings = [];
    const failure = await failureOf(() => run({ world, warnings }));
    const closing = await failureOf(world.close);
    await sleep(SETTLE_MS);
    const result: CaseResult = { table, name, failure: failure ?? closing, escaped };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
}

/** Throws, as functions of an application do that have a fault. */
export function broken(): never {
  throw new TypeError('the callback is broken');
}

/** As {@link broken}, a moment later. */
export async function brokenLater(): Promise<never> {
  await sleep(1);
  return broken();
}

/** A fault of a function of the application. */
export type Fault = () => never;

/** The ways in which functions of an application fail, each with its verb. */
export const FAULTS: readonly (readonly [how: string, fault: Fault])[] = [
  ['throws', broken],
  ['rejects', brokenLater as unknown as Fault],
];

async function failureOf(action: () => Promise<void>): Promise<string | undefined> {
  const limit = new AbortController();
  const tooLong = sleep(8_000, 'it did not end within 8 seconds', { signal: limit.signal }).catch(
    () => undefined,
  );
  const outcome = action().then(
    () => undefined,
    (error: unknown) => textOf(error),
  );
  const failure = await Promise.race([outcome, tooLong]);
  limit.abort();
  return failure;
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : `a value: ${typeof error}`;
}
