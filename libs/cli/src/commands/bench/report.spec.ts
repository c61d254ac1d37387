import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleRun } from '../../../test/support/sample-run.js';
import { renderReport } from './report.js';

const TITLES = [
  'Latency histogram',
  'Latency by percentile',
  'Latency over time',
  'Calls and errors per second',
];
const hostile = { address: 'users:8888', method: 'Shop.Echo & <more>' };

describe('renderReport', () => {
  it('makes one page without script and links, whatever the texts hold', () => {
    const html = renderReport(sampleRun(10, { target: hostile }));

    expect(html).toContain('<h1>Shop.Echo &#38; &#60;more&#62; at users:8888</h1>');
    expect(html).toContain('RPC_TIMEOUT: no &#60;reply&#62;');
    expect(html).not.toMatch(/<script|<link|href=|src=|https?:/);
  });

  it.each([1, 10, 3000])('names each chart and has sound numbers for a run of %d s', (seconds) => {
    const charts = renderReport(sampleRun(seconds)).match(/<svg.*?<\/svg>/gs) ?? [];

    expect(charts.map((chart) => /<title id="[^"]*">([^<]*)/.exec(chart)?.[1])).toEqual(TITLES);
    for (const chart of charts) {
      expect(chart).toMatch(/role="img" aria-labelledby="([\w-]+-title) ([\w-]+-text)"/);
      expect(chart).toMatch(/<desc id="[\w-]+-text">[^<]*\d/);
      expect(chart).not.toMatch(/NaN|Infinity|undefined/);
      expect(chart.length).toBeLessThan(20_000);
    }
  });

  it('shows assertions, errors, load, options, payload, host and versions', () => {
    const html = renderReport(sampleRun(10));
    for (const text of [
      '✗ not met',
      '10 of 420',
      'ratePerSecond',
      '&#60;1&#62;',
      'A processor, 8.0 GiB',
      'v24.0.0',
    ]) {
      expect(html).toContain(text);
    }
  });

  it('rounds what people read', () => {
    const { latencyMs, errors } = sampleRun(10);
    const timeout = errors['RPC_TIMEOUT']!;
    const failed = { ...timeout.latencyMs, p50: 499.711, max: 501.2 };
    const html = renderReport(
      sampleRun(10, {
        latencyMs: { ...latencyMs, p50: 15.167, p99: 1234.567 },
        errors: { RPC_TIMEOUT: { ...timeout, latencyMs: failed } },
      }),
    );

    for (const text of [
      '15.2\u00a0ms',
      '1,235\u00a0ms',
      'p50\u00a0500\u00a0ms, max\u00a0501\u00a0ms',
      '2026-01-02 03:04:05 UTC',
    ]) {
      expect(html).toContain(text);
    }
    expect(html).not.toMatch(/15\.167|1234\.567|499\.711/);
  });

  it('shows calls per second of whole seconds alone', () => {
    const { perSecond } = sampleRun(10);
    const last = { second: 10, success: 1, errors: 0, p50Ms: 5, p99Ms: 5 };
    const html = renderReport(sampleRun(10, { perSecond: [...perSecond, last] }));
    const points = (name: string) =>
      new RegExp(`points="([^"]*)"><title>${name}<`).exec(html)?.[1]?.split(' ');

    expect(points('successful')).toHaveLength(10);
    expect(points('p50')).toHaveLength(11);
  });

  it('leaves out charts of latency where no call succeeded', () => {
    const none = sampleRun(1, { success: 0, histogram: [], percentiles: [] });
    const html = renderReport(none);

    expect(html.match(/<svg/g)).toHaveLength(1);
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });
});

const hasBrowser = spawnSync('chromium', ['--version']).status === 0;
const inBrowser = hasBrowser ? describe : describe.skip;
inBrowser('the report in a browser, where chromium is on PATH', () => {
  it('shows its title and all charts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-report-'));
    try {
      const file = join(folder, 'report.html');
      writeFileSync(file, renderReport(sampleRun(10, { target: hostile })));
      const argv = ['--headless', '--no-sandbox', '--dump-dom', `file://${file}`];
      const dom = execFileSync('chromium', argv, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      expect(dom).toContain('<h1>Shop.Echo &amp; &lt;more&gt; at users:8888</h1>');
      expect(dom.match(/<svg/g)).toHaveLength(4);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
