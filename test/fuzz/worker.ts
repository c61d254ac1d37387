import { parentPort, workerData } from 'node:worker_threads';
import { corpusOf } from './corpus.js';
import { fuzz } from './fuzz-loop.js';
import { targetOf } from './targets/index.js';

/** What a worker is started with. */
export interface WorkerTask {
  readonly target: string;
  readonly seed: number;
  readonly seconds: number;
  /** Where the worker puts the input it is trying: index, length, bytes. */
  readonly current: SharedArrayBuffer;
}

/** What a worker says: a finding, or how many inputs it has used in the end. */
export type WorkerReport =
  | {
      readonly kind: 'found';
      readonly input: Uint8Array;
      readonly index: number;
      readonly text: string;
    }
  | { readonly kind: 'done'; readonly inputs: number };

/** Bytes of index and length in front of the input. */
export const CURRENT_HEADER_BYTES = 8;

if (parentPort !== null) {
  await work(workerData as WorkerTask, parentPort.postMessage.bind(parentPort));
}

async function work(
  { target: name, seed, seconds, current }: WorkerTask,
  report: (message: WorkerReport) => void,
): Promise<void> {
  const target = targetOf(name);
  const numbers = new Int32Array(current, 0, 2);
  const bytes = new Uint8Array(current, CURRENT_HEADER_BYTES);
  const corpus = corpusOf(target).map(({ input }) => input);
  const inputs = await fuzz(target, corpus, seed, performance.now() + seconds * 1000, {
    trying: (input, index) => {
      bytes.set(input);
      numbers[1] = input.length;
      Atomics.store(numbers, 0, index + 1);
    },
    found: (input, index, error) =>
      report({ kind: 'found', input, index, text: error.stack ?? error.message }),
  });
  await target.close?.();
  report({ kind: 'done', inputs });
}
