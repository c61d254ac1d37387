import { sampleRun } from '../../../test/support/sample-run.js';
import { compareRuns, formatComparison } from './compare-runs.js';
import { formatJunit, formatMarkdown } from './pipeline-summaries.js';

describe('formatMarkdown', () => {
  it('has the figures, errors, assertions and dropped load in tables', () => {
    const text = formatMarkdown(sampleRun(10));

    expect(text).toContain('| 40.0 | 405 | 5 |');
    expect(text).toContain('| RPC\\_TIMEOUT | 5 | RPC\\_TIMEOUT: no \\<reply\\> |');
    expect(text).toContain('| `errors<1%` | 1.02 % | ❌ |');
    expect(text).toContain('**10 of 420 calls were due and not made.**');
  });
});

describe('formatJunit', () => {
  it('has a test case per assertion, with what was measured where one fails', () => {
    const text = formatJunit(sampleRun(10));

    expect(text).toContain('<testsuites tests="3" failures="1">');
    expect(text).toContain('name="p99&#60;50ms" time="10"/>');
    expect(text).toContain('<failure message="it is 1.02 %"/>');
  });
});

describe('compareRuns', () => {
  const before = sampleRun(10);
  const compare = (change: object) =>
    compareRuns('before.json', before, { ...before, ...change }, 10);
  const verdicts = (change: object) =>
    Object.fromEntries(compare(change).figures.map(({ name, verdict }) => [name, verdict]));

  it('calls figures within the bound the same', () => {
    expect(verdicts({ throughput: before.throughput * 0.91 })).toEqual({
      p50: 'same',
      p99: 'same',
      throughput: 'same',
      errors: 'same',
    });
  });

  it('calls slower, fewer and failing calls worse, and the opposite better', () => {
    const latencyMs = { ...before.latencyMs, p50: before.latencyMs.p50 / 2, p99: 1000 };
    const change = { latencyMs, throughput: before.throughput / 2, calls: 405, success: 100 };

    expect(verdicts(change)).toEqual({
      p50: 'better',
      p99: 'worse',
      throughput: 'worse',
      errors: 'worse',
    });
    expect(formatComparison(compare(change))).toContain('throughput 40 → 20 1/s');
    expect(formatComparison(compare(change))).toContain('worse (+50 %)');
  });
});
