import { probeSpeed, type QuietMoments } from '../quiet.js';
import { cpuNanoseconds, median } from '../statistics.js';
import type { Contestant } from './contestant.js';

/** What one operation of a contestant costs. */
export interface CodecResult {
  readonly name: string;
  readonly encodeNs: number;
  readonly decodeNs: number;
}

/** Keeps results alive, so that no engine proves the work useless and drops it. */
export let sink: unknown;

function cpuPerOperation(operation: () => unknown, milliseconds: number): number {
  const end = performance.now() + milliseconds;
  let operations = 0;
  const before = cpuNanoseconds();
  while (performance.now() < end) {
    for (let index = 0; index < 64; index++) {
      sink = operation();
    }
    operations += 64;
  }
  return (cpuNanoseconds() - before) / operations;
}

/**
 * CPU time per operation: each contestant warmed up, then measured in turns (A B C A B C …) so that a slow moment of
 * the machine hits all alike; the median of the rounds counts. Many short rounds, because the speed of a shared machine
 * changes within seconds; each waits for a quiet moment.
 */
export async function measureCodecs(
  contestants: readonly Contestant[],
  quiet: QuietMoments,
  { rounds = 25, warmUpMs = 800, roundMs = 40 } = {},
): Promise<CodecResult[]> {
  for (const contestant of contestants) {
    contestant.verify();
  }
  const samples = contestants.map(() => ({ encode: [] as number[], decode: [] as number[] }));
  for (const { encode, decode } of contestants) {
    cpuPerOperation(encode, warmUpMs);
    cpuPerOperation(decode, warmUpMs);
  }
  for (let round = 0; round < rounds; round++) {
    for (const [index, { encode, decode }] of contestants.entries()) {
      await quiet.wait(probeSpeed);
      samples[index]!.encode.push(cpuPerOperation(encode, roundMs));
      samples[index]!.decode.push(cpuPerOperation(decode, roundMs));
    }
  }
  return contestants.map(({ name }, index) => ({
    name,
    encodeNs: median(samples[index]!.encode),
    decodeNs: median(samples[index]!.decode),
  }));
}
