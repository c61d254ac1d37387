import { colorsFor, type CommandIo } from '../../terminal/terminal.js';
import { columnsOf } from '../../terminal/text-width.js';
import { formatComparison } from './compare-runs.js';
import type { RunReport } from './run-report.js';

/** The outcome of a run for people. */
export function formatSummary(report: RunReport, io: CommandIo): string {
  const { calls, seconds, success, errors, throughput, latencyMs, load, comparison } = report;
  const { red, green, bold } = colorsFor(io.stdout, io);
  const failed = calls - success;
  const classes = Object.entries(errors).map(
    ([
      name,
      {
        calls: count,
        latencyMs: { p50, max },
      },
    ]) => red(`  ${name}: ${count} (p50 ${millis(p50)}, max ${millis(max)})`),
  );
  const latency = Object.entries(latencyMs).map(
    ([name, value]) => `  ${name.padEnd(5)} ${millis(value as number).padStart(12)}`,
  );
  const dropped =
    load.dropped === 0 ? [] : [red(`dropped ${load.dropped} of ${load.due} calls that were due`)];
  const assertions = report.assertions.map(({ text, met, measured, unit }) => {
    const mark = met ? green('✓') : red('✗');
    return `${mark} ${text}${measured === null ? '' : ` (${measured}${unit})`}`;
  });
  return [
    `${bold(plural(calls, 'call'))} in ${seconds.toFixed(2)} s: ${throughput.toFixed(1)} successful calls/s`,
    `success ${success}, errors ${failed}`,
    ...classes,
    ...dropped,
    ...(success === 0 ? [] : ['latency of successful calls', ...latency, ...bars(report, io)]),
    ...(comparison === undefined ? [] : [formatComparison(comparison).trimEnd()]),
    ...assertions,
    '',
  ].join('\n');
}

function bars({ histogram }: RunReport, io: CommandIo): string[] {
  const { cyan } = colorsFor(io.stdout, io);
  // "  <= ", the limit, a blank, the count, a blank.
  const width = Math.max(1, Math.min(60, columnsOf(io.stdout) - 30));
  const most = Math.max(1, ...histogram.map(({ count }) => count));
  const lines = histogram.map(({ upToMs, count }) => {
    const bar = cyan('■'.repeat(Math.ceil((count / most) * width)));
    return `  <= ${millis(upToMs).padStart(12)} ${String(count).padStart(9)} ${bar}`.trimEnd();
  });
  return ['histogram', ...lines];
}

/** A count with its noun. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function millis(value: number): string {
  return `${value.toFixed(3)} ms`;
}
