import { readdirSync, readFileSync } from 'node:fs';

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) {
    throw new RangeError('the median of no values is undefined');
  }
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The value that a share of all values does not exceed; `sorted` in ascending order, `share` from 0 to 1. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) {
    throw new RangeError('a percentile of no values is undefined');
  }
  const index = Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1);
  return sorted[Math.max(0, index)]!;
}

/** User and system time of this process so far, in nanoseconds. */
export function cpuNanoseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** Time that all threads of another process have had a processor for, in nanoseconds; Linux alone. */
export function cpuNanosecondsOf(pid: number): number {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  }
  return sum;
}
