import { judge, ratioInterval, type Verdict } from './interval.js';

/**
 * Renders one line per row and one that counts the verdicts.
 *
 * @param rows logarithms of ratios by name of the row, at least two of each.
 * @param bound highest ratio that is accepted.
 */
export function renderRows(
  rows: ReadonlyMap<string, readonly number[]>,
  bound: number,
): { readonly text: string; readonly hasFailed: boolean } {
  const counts: Record<Verdict, number> = { ok: 0, unclear: 0, FAIL: 0 };
  const width = Math.max(...[...rows.keys()].map((row) => row.length));
  const line = (verdict: string, row: string, ratio: string, interval: string) =>
    `${verdict.padEnd(9)}${row.padEnd(width)}  ${ratio}  ${interval}`;
  const lines = [line('', 'CPU time, new / old', 'ratio', '95 % interval')];
  for (const [row, logRatios] of rows) {
    const interval = ratioInterval(logRatios);
    const verdict = judge(interval, bound);
    const { ratio, low, high } = interval;
    counts[verdict]++;
    lines.push(line(verdict, row, ratio.toFixed(3), `${low.toFixed(3)} to ${high.toFixed(3)}`));
  }
  lines.push(`${counts.ok} ok, ${counts.unclear} unclear, ${counts.FAIL} FAIL; bound ${bound}`);
  if (counts.unclear > 0) {
    lines.push('unclear: the interval contains the bound; a longer run (--seconds) narrows it');
  }
  return { text: lines.join('\n'), hasFailed: counts.FAIL > 0 };
}
