import { InvalidArgumentError } from 'commander';
import type { Latency, Summary } from './measurements.js';

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

const FORM = /^(\w+)\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)\s*(us|ms|s|%)?$/;
const LATENCIES = ['min', 'mean', 'p50', 'p75', 'p90', 'p95', 'p99', 'p999', 'max'];
const MILLISECONDS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };

/** Reads `p99<50ms,errors<1%,throughput>1000`. @throws InvalidArgumentError that names the part that cannot be read. */
export function parseAssertions(list: string, previous: readonly Assertion[] = []): Assertion[] {
  return [...previous, ...list.split(',').map((text) => parseAssertion(text.trim()))];
}

/** What was measured, in words, for each assertion that is not met. */
export function failedAssertions(assertions: readonly Assertion[], summary: Summary): string[] {
  return assertions.flatMap((assertion) => {
    const measured = measure(assertion, summary);
    if (holds(measured, assertion)) {
      return [];
    }
    const unit = LATENCIES.includes(assertion.metric) ? 'ms' : assertion.percent ? '%' : '';
    return [`${assertion.text} is not met: it is ${Number(measured.toFixed(3))}${unit}`];
  });
}

function parseAssertion(text: string): Assertion {
  const [, metric = '', operator = '', number, unit] = FORM.exec(text) ?? [];
  if (number === undefined) {
    throw new InvalidArgumentError(`"${text}" is no assertion: write such as p99<50ms.`);
  }
  if (LATENCIES.includes(metric)) {
    const factor = MILLISECONDS[unit ?? ''];
    if (factor === undefined) {
      throw new InvalidArgumentError(`"${text}" needs a unit of time: us, ms or s.`);
    }
    return { text, metric, operator, limit: Number(number) * factor, percent: false };
  }
  if (!['throughput', 'errors', 'success'].includes(metric)) {
    const known = [...LATENCIES, 'errors', 'success', 'throughput'].join(', ');
    throw new InvalidArgumentError(`"${text}": there is no ${metric}, only ${known}.`);
  }
  const percent = unit === '%';
  if (metric === 'throughput' ? unit !== undefined : unit !== undefined && !percent) {
    throw new InvalidArgumentError(`"${text}": ${metric} has no unit ${unit}.`);
  }
  return { text, metric, operator, limit: Number(number), percent };
}

function measure({ metric, percent }: Assertion, summary: Summary): number {
  const { calls, success, throughput, latencyMs } = summary;
  if (LATENCIES.includes(metric)) {
    return latencyMs[metric as keyof Latency];
  }
  if (metric === 'throughput') {
    return throughput;
  }
  const count = metric === 'success' ? success : calls - success;
  if (!percent) {
    return count;
  }
  return calls === 0 ? 0 : (count / calls) * 100;
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
