import type { Summary } from './measurements.js';

const BAR_WIDTH = 40;

/** The outcome of a run for people. */
export function formatSummary(summary: Summary): string {
  const { calls, seconds, success, errors, throughput, latencyMs, histogram } = summary;
  const failed = Object.entries(errors).map(([name, count]) => `  ${name}: ${count}`);
  const latency = Object.entries(latencyMs).map(
    ([name, value]) => `  ${name.padEnd(5)} ${millis(value as number).padStart(12)}`,
  );
  const most = Math.max(1, ...histogram.map(({ count }) => count));
  const bars = histogram.map(({ upToMs, count }) => {
    const bar = '#'.repeat(Math.ceil((count / most) * BAR_WIDTH));
    return `  <= ${millis(upToMs).padStart(12)} ${String(count).padStart(9)} ${bar}`.trimEnd();
  });
  return [
    `${calls} calls in ${seconds.toFixed(2)} s: ${throughput.toFixed(1)} calls/s`,
    `success ${success}, errors ${calls - success}`,
    ...failed,
    'latency',
    ...latency,
    'histogram',
    ...bars,
    '',
  ].join('\n');
}

function millis(value: number): string {
  return `${value.toFixed(3)} ms`;
}
