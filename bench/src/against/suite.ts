import { median } from '../statistics.js';
import type { Build } from './build.js';

/** The two builds compared. */
export interface Builds {
  readonly new: Build;
  readonly old: Build;
}

/** Rows that are measured by the same processes. */
export interface Suite {
  /**
   * Measures every row once, in fresh processes.
   *
   * @returns by name of the row, the logarithm of the cost of the new build divided by that of the old one.
   */
  pass(): Promise<ReadonlyMap<string, number>>;
}

/**
 * Measures two builds in turns and returns the median of the logarithms of their ratios. The order changes from
 * round to round (A B, B A, A B …), so that neither build gains from a machine that becomes slower.
 *
 * @param cost measures one build for one short round and returns CPU time per operation.
 */
export async function logRatioInTurns<T>(
  builds: { readonly new: T; readonly old: T },
  rounds: number,
  cost: (build: T) => Promise<number>,
): Promise<number> {
  const logRatios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) {
      const newCost = await cost(builds.new);
      logRatios.push(Math.log(newCost / (await cost(builds.old))));
    } else {
      const oldCost = await cost(builds.old);
      logRatios.push(Math.log((await cost(builds.new)) / oldCost));
    }
  }
  return median(logRatios);
}

/** With fewer, Student's t alone makes the interval too wide to be of use. */
const MIN_PASSES = 4;

/**
 * Repeats passes over all suites while another one fits into the time, but at least four times. All suites are measured in
 * every pass, so that each row is measured at every load that the machine has during the run.
 *
 * @returns by name of the row, one logarithm of the ratio per pass.
 */
export async function runPasses(
  suites: readonly Suite[],
  seconds: number,
  onProgress: (text: string) => void,
): Promise<Map<string, number[]>> {
  const rows = new Map<string, number[]>();
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  let longest = 0;
  for (let pass = 0; pass < MIN_PASSES || elapsed() + longest <= seconds; pass++) {
    const before = elapsed();
    for (const suite of suites) {
      for (const [row, logRatio] of await suite.pass()) {
        rows.set(row, [...(rows.get(row) ?? []), logRatio]);
      }
    }
    longest = Math.max(longest, elapsed() - before);
    onProgress(`pass ${pass + 1}: ${elapsed().toFixed(0)} of ${seconds} s`);
  }
  return rows;
}
