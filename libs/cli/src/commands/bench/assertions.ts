import { InvalidArgumentError } from 'commander';
import type { Latency } from './latency-histogram.js';
import type { Summary } from './measurements.js';

/** One demand of `--assert`. */
export interface Assertion {
  /** As it was written. */
  readonly text: string;
  readonly metric: string;
  readonly operator: string;
  /** In milliseconds for a latency, in percent of the calls where `percent` is set. */
  readonly limit: number;
  readonly percent: boolean;
}

/** An assertion after the run. */
export interface AssertionResult {
  readonly text: string;
  readonly met: boolean;
  /** What was measured, in `unit`; `null` for a latency where no call succeeded. */
  readonly measured: number | null;
  readonly unit: 'ms' | '%' | '1/s' | '';
}

const FORM = /^([\w-]+)\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)\s*(us|ms|s|%)?$/;
const LATENCIES = ['min', 'mean', 'p50', 'p75', 'p90', 'p95', 'p99', 'p999', 'max'];
const COUNTS = ['errors', 'success', 'dropped'];
const MILLISECONDS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };

/** Reads `p99<50ms,errors<1%,throughput>1000`. @throws InvalidArgumentError that names the part that cannot be read. */
export function parseAssertions(list: string, previous: readonly Assertion[] = []): Assertion[] {
  return [...previous, ...list.split(',').map((text) => parseAssertion(text.trim()))];
}

/** What became of each assertion. */
export function checkAssertions(
  assertions: readonly Assertion[],
  summary: Summary,
): AssertionResult[] {
  return assertions.map((assertion) => {
    const { text, metric } = assertion;
    const isLatency = LATENCIES.includes(metric);
    const unit = isLatency ? 'ms' : metric === 'throughput' ? '1/s' : assertion.percent ? '%' : '';
    if (isLatency && summary.success === 0) {
      return { text, met: false, measured: null, unit };
    }
    const measured = Number(measure(assertion, summary).toFixed(3));
    return { text, met: holds(measured, assertion), measured, unit };
  });
}

/** An assertion that is not met, in words. */
export function describeUnmet({ text, measured, unit }: AssertionResult): string {
  return measured === null
    ? `${text} is not met: no call succeeded`
    : `${text} is not met: it is ${measured}${unit === '1/s' ? '' : unit}`;
}

/** Failed calls and dropped load that no assertion looks at, in words: a run that passes in spite of them. */
export function unnamedFailures(assertions: readonly Assertion[], summary: Summary): string[] {
  const { calls, success, errors, load } = summary;
  const named = new Set(assertions.map(({ metric }) => metric));
  const warnings: string[] = [];
  if (calls > success && !named.has('errors') && !named.has('success')) {
    const classes = Object.entries(errors)
      .slice(0, 3)
      .map(([name, { calls: failed }]) => `${name} ${failed}`);
    warnings.push(
      `${calls - success} of ${calls} calls failed (${classes.join(', ')}); no assertion covers that: add errors<1%`,
    );
  }
  if (load.dropped > 0 && !named.has('dropped')) {
    warnings.push(
      `${load.dropped} of ${load.due} calls were due and not made, because all callers were busy: ` +
        'raise --concurrency (and --connections) or lower the rate; dropped<1% asserts on it',
    );
  }
  return warnings;
}

function parseAssertion(text: string): Assertion {
  const [, metric = '', operator = '', number, unit] = FORM.exec(text) ?? [];
  if (number === undefined) {
    throw new InvalidArgumentError(`invalid assertion "${text}"; example: p99<50ms.`);
  }
  if (LATENCIES.includes(metric)) {
    const factor = MILLISECONDS[unit ?? ''];
    if (factor === undefined) {
      throw new InvalidArgumentError(`"${text}" needs a unit of time: us, ms or s.`);
    }
    return { text, metric, operator, limit: Number(number) * factor, percent: false };
  }
  if (metric !== 'throughput' && !COUNTS.includes(metric)) {
    const known = [...LATENCIES, ...COUNTS, 'throughput'].join(', ');
    throw new InvalidArgumentError(`"${text}": ${metric} is not one of ${known}.`);
  }
  const percent = unit === '%';
  if (metric === 'throughput' ? unit !== undefined : unit !== undefined && !percent) {
    throw new InvalidArgumentError(`"${text}": ${metric} has no unit ${unit}.`);
  }
  return { text, metric, operator, limit: Number(number), percent };
}

function measure({ metric, percent }: Assertion, summary: Summary): number {
  const { calls, success, throughput, latencyMs, load } = summary;
  if (LATENCIES.includes(metric)) {
    return latencyMs[metric as keyof Latency];
  }
  if (metric === 'throughput') {
    return throughput;
  }
  if (metric === 'dropped') {
    return percent ? share(load.dropped, load.due) : load.dropped;
  }
  const count = metric === 'success' ? success : calls - success;
  return percent ? share(count, calls) : count;
}

function share(count: number, of: number): number {
  return of === 0 ? 0 : (count / of) * 100;
}

function holds(measured: number, { operator, limit }: Assertion): boolean {
  switch (operator) {
    case '<':
      return measured < limit;
    case '<=':
      return measured <= limit;
    case '>':
      return measured > limit;
    default:
      return measured >= limit;
  }
}
