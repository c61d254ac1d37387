import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import { systemReason } from '../../terminal/system-reason.js';
import type { CommandIo } from '../../terminal/terminal.js';
import type { Summary } from './measurements.js';

/** One figure of two runs. */
export interface ComparedFigure {
  readonly name: 'p50' | 'p99' | 'throughput' | 'errors';
  readonly unit: 'ms' | '1/s' | '%';
  readonly before: number;
  readonly now: number;
  /** Percent; above 0 is worse: slower, less, or more errors. */
  readonly worsePercent: number;
  readonly verdict: 'better' | 'same' | 'worse';
}

/** A run compared with an earlier one. */
export interface Comparison {
  readonly file: string;
  readonly maxRegressionPercent: number;
  readonly figures: readonly ComparedFigure[];
}

type ComparedSummary = Pick<Summary, 'calls' | 'success' | 'throughput' | 'latencyMs'>;

/** Reads the outcome of an earlier run. @throws CommandFailure for a file that is not one. */
export function readEarlierRun(file: string, io: CommandIo): ComparedSummary {
  let text: string;
  try {
    text = readFileSync(resolve(io.cwd, file), 'utf8');
  } catch (error) {
    throw new CommandFailure(EXIT_CODES.INPUT, `cannot read ${file}: ${systemReason(error)}`);
  }
  const run = parse(text);
  if (run === undefined) {
    throw new CommandFailure(
      EXIT_CODES.INPUT,
      `${file} is not the outcome of a run; write one with bench --json > ${file}`,
    );
  }
  return run;
}

/** Compares latency, throughput and the share of failed calls. */
export function compareRuns(
  file: string,
  before: ComparedSummary,
  now: ComparedSummary,
  maxRegressionPercent: number,
): Comparison {
  const figure = (
    name: ComparedFigure['name'],
    unit: ComparedFigure['unit'],
    values: readonly [number, number],
    worsePercent: number,
  ): ComparedFigure => ({
    name,
    unit,
    before: values[0],
    now: values[1],
    worsePercent: Number(worsePercent.toFixed(1)),
    verdict:
      worsePercent > maxRegressionPercent
        ? 'worse'
        : worsePercent < -maxRegressionPercent
          ? 'better'
          : 'same',
  });
  const latencies = (['p50', 'p99'] as const).map((name) => {
    const values = [before.latencyMs[name], now.latencyMs[name]] as const;
    return figure(name, 'ms', values, change(values[0], values[1]));
  });
  const errors = [failedPercent(before), failedPercent(now)] as const;
  return {
    file,
    maxRegressionPercent,
    figures: [
      ...latencies,
      figure(
        'throughput',
        '1/s',
        [before.throughput, now.throughput],
        -change(before.throughput, now.throughput),
      ),
      // Percentage points: a share of errors that was 0 has no ratio.
      figure('errors', '%', errors, errors[1] - errors[0]),
    ],
  };
}

/** The comparison for people, one line per figure. */
export function formatComparison({ file, figures }: Comparison): string {
  const lines = figures.map(({ name, unit, before, now, worsePercent, verdict }) => {
    const sign = worsePercent > 0 ? '+' : '';
    const shown = `${before} → ${now} ${unit}`;
    return `  ${name.padEnd(10)} ${shown.padEnd(28)} ${verdict}${verdict === 'same' ? '' : ` (${sign}${worsePercent} %)`}`;
  });
  return [`compared with ${file} (above 0 is worse)`, ...lines, ''].join('\n');
}

function change(before: number, now: number): number {
  return before === 0 ? 0 : ((now - before) / before) * 100;
}

function failedPercent({ calls, success }: ComparedSummary): number {
  return calls === 0 ? 0 : Number((((calls - success) / calls) * 100).toFixed(3));
}

function parse(text: string): ComparedSummary | undefined {
  try {
    const run = JSON.parse(text) as Partial<Record<keyof ComparedSummary, unknown>> | null;
    const { latencyMs } = run as { readonly latencyMs?: Partial<Record<string, unknown>> };
    const numbers = [run?.calls, run?.success, run?.throughput, latencyMs?.p50, latencyMs?.p99];
    return numbers.every((value) => typeof value === 'number')
      ? (run as ComparedSummary)
      : undefined;
  } catch {
    return undefined;
  }
}
