import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Measurements } from './measurements.js';
import { renderReport } from './report.js';

function page(): string {
  const measurements = new Measurements();
  for (let second = 0; second < 300; second += 1) {
    measurements.add(second + 1, second * 1000, undefined);
  }
  measurements.add(1, 0, '<script>alert("x")</script>');
  return renderReport('Shop.Echo & <more>', measurements.summary(300_000));
}

describe('the report', () => {
  it('is one page without script and links, whatever the texts hold', () => {
    const html = page();
    expect(html).toContain('<h1>Shop.Echo &#38; &#60;more&#62;</h1>');
    expect(html).toContain('&#60;script&#62;');
    expect(html).not.toMatch(/<script|<link|href=|src=|https?:/);
  });

  it('has three charts with a bounded number of bars and sound numbers', () => {
    const charts = page().match(/<svg.*?<\/svg>/gs) ?? [];
    expect(charts).toHaveLength(3);
    for (const chart of charts) {
      const bars = chart.match(/<rect /g) ?? [];
      expect(bars.length).toBeGreaterThan(0);
      expect(bars.length).toBeLessThanOrEqual(120);
      expect(chart).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});

const hasBrowser = spawnSync('chromium', ['--version']).status === 0;
const inBrowser = hasBrowser ? describe : describe.skip;
inBrowser('the report in a browser, where chromium is on PATH', () => {
  it('shows its title and all charts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-report-'));
    try {
      const file = join(folder, 'report.html');
      writeFileSync(file, page());
      const argv = ['--headless', '--no-sandbox', '--dump-dom', `file://${file}`];
      const dom = execFileSync('chromium', argv, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      expect(dom).toContain('<h1>Shop.Echo &amp; &lt;more&gt;</h1>');
      expect(dom.match(/<svg/g)).toHaveLength(3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
