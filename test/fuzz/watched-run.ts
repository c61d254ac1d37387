import { Worker } from 'node:worker_threads';
import { MAX_INPUT_BYTES } from './mutate.js';
import { CURRENT_HEADER_BYTES, type WorkerReport, type WorkerTask } from './worker.js';

/** An input that keeps the worker busy for longer than this never ends. */
const HANG_MS = 15_000;
const LOOK_EVERY_MS = 1000;

/** Something that must not happen, and the input that made it. */
export interface Finding {
  readonly input: Buffer;
  readonly index: number;
  readonly text: string;
}

/** What came of a run. */
export interface RunResult {
  readonly inputs: number;
  readonly findings: readonly Finding[];
}

/** Fuzzes a target in a separate thread, so that an input without end is found too. */
export function watchedRun(
  target: string,
  seed: number,
  seconds: number,
  progress: (inputs: number) => void,
): Promise<RunResult> {
  const current = new SharedArrayBuffer(CURRENT_HEADER_BYTES + MAX_INPUT_BYTES);
  const numbers = new Int32Array(current, 0, 2);
  const workerData: WorkerTask = { target, seed, seconds, current };
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData });
  const findings: Finding[] = [];
  const blame = (text: string): Finding => {
    const bytes = Buffer.from(current, CURRENT_HEADER_BYTES, numbers[1]);
    return { input: Buffer.from(bytes), index: numbers[0]! - 1, text };
  };
  return new Promise((resolve) => {
    let seen = 0;
    let seenAt = performance.now();
    const look = setInterval(() => {
      const inputs = Atomics.load(numbers, 0);
      progress(inputs);
      if (inputs !== seen) {
        seenAt = performance.now();
      }
      seen = inputs;
      if (inputs > 0 && performance.now() - seenAt > HANG_MS) {
        end(inputs, blame(`${target} did not end within ${HANG_MS} ms`));
      }
    }, LOOK_EVERY_MS);
    const end = (inputs: number, last?: Finding): void => {
      clearInterval(look);
      worker.removeAllListeners();
      if (last !== undefined) {
        findings.push(last);
      }
      void worker.terminate().then(() => resolve({ inputs, findings }));
    };
    worker.on('message', (report: WorkerReport) => {
      if (report.kind === 'done') {
        end(report.inputs);
      } else {
        findings.push({ ...report, input: Buffer.from(report.input) });
      }
    });
    // An uncaught error, for example of a promise or a timer, ends the worker.
    worker.on('error', (error) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      end(numbers[0]!, blame(text));
    });
  });
}
