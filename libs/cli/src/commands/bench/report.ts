import { escapeMarkup, inMs, shortNumber } from './charts/axes.js';
import { reportCharts } from './report-charts.js';
import { REPORT_STYLE } from './report-style.js';
import type { RunReport } from './run-report.js';

/** The outcome of a run as one page that needs nothing else: no script, no link, no font. */
export function renderReport(report: RunReport): string {
  const { target, startedAt, interrupted } = report;
  const title = `${target.method} at ${target.address}`;
  const charts = reportCharts(report).map(
    ({ heading, svg }) =>
      `<section><h2>${escapeMarkup(heading)}</h2><div class="scroll" tabindex="0" role="group" aria-label="${escapeMarkup(heading)}">${svg}</div></section>`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeMarkup(title)}</title><style>${REPORT_STYLE}</style></head>
<body>
<main>
<h1>${escapeMarkup(title)}</h1>
<p class="soft">${escapeMarkup(timeText(startedAt))}${interrupted ? ' · <strong class="bad">interrupted</strong>' : ''}</p>
${figures(report)}
${assertions(report)}
${comparison(report)}
${errors(report)}
${charts.join('\n')}
${percentiles(report)}
${setting(report)}
</main>
</body>
</html>
`;
}

function figures({ calls, success, seconds, throughput, latencyMs, load }: RunReport): string {
  const failed = calls - success;
  const shown: (readonly [string, string, string?])[] = [
    ['successful calls/s', throughput.toFixed(1)],
    ['calls', shortNumber(calls)],
    [
      'errors',
      failed === 0 ? '0' : `${failed} (${percent(failed, calls)})`,
      failed > 0 ? 'bad' : '',
    ],
    ['seconds', seconds.toFixed(2)],
    ['p50', success === 0 ? '–' : inMs(latencyMs.p50)],
    ['p99', success === 0 ? '–' : inMs(latencyMs.p99)],
    ...(load.dropped === 0
      ? []
      : ([['dropped', `${load.dropped} of ${load.due}`, 'bad']] as const)),
  ];
  const items = shown.map(
    ([name, value, style = '']) => `<div><dt>${name}</dt><dd class="${style}">${value}</dd></div>`,
  );
  return `<dl class="figures">${items.join('')}</dl>`;
}

function assertions({ assertions: results }: RunReport): string {
  const rows = results.map(({ text, met, measured, unit }) => [
    escapeMarkup(text),
    measured === null ? 'no call succeeded' : `${measured} ${unit}`,
    met ? '<span class="good">✓ met</span>' : '<span class="bad">✗ not met</span>',
  ]);
  return table('Assertions', ['assertion', 'measured', 'result'], rows);
}

function comparison({ comparison: compared }: RunReport): string {
  const rows = (compared?.figures ?? []).map(
    ({ name, unit, before, now, worsePercent, verdict }) => [
      name,
      `${shortNumber(before)} ${unit}`,
      `${shortNumber(now)} ${unit}`,
      `<span class="${verdict === 'worse' ? 'bad' : verdict === 'better' ? 'good' : ''}">${verdict} (${worsePercent > 0 ? '+' : ''}${worsePercent} %)</span>`,
    ],
  );
  return table(
    `Compared with ${escapeMarkup(compared?.file ?? '')}`,
    ['figure', 'before', 'now', 'above 0 is worse'],
    rows,
  );
}

function errors({ errors: classes, calls }: RunReport): string {
  const rows = Object.entries(classes).map(([name, { calls: count, latencyMs, firstError }]) => [
    escapeMarkup(name),
    `${count} (${percent(count, calls)})`,
    `p50\u00a0${inMs(latencyMs.p50)}, max\u00a0${inMs(latencyMs.max)}`,
    escapeMarkup(firstError),
  ]);
  return table('Errors', ['class', 'calls', 'latency', 'first error'], rows);
}

function percentiles({ latencyMs, success }: RunReport): string {
  const rows = success === 0 ? [] : Object.entries(latencyMs).map(([name, ms]) => [name, inMs(ms)]);
  return table('Latency of successful calls', ['', 'latency'], rows);
}

function setting({ options, payload, host, versions, load }: RunReport): string {
  const given = Object.entries(options).map(([name, value]) => [
    escapeMarkup(name),
    escapeMarkup(typeof value === 'string' ? value : JSON.stringify(value)),
  ]);
  const memory = `${(host.memoryBytes / 2 ** 30).toFixed(1)} GiB`;
  const rows = [
    ...given,
    ['calls due, made', `${load.due}, ${load.made}`],
    ['host', escapeMarkup(`${host.platform}, ${host.cores} × ${host.cpu}, ${memory}`)],
    ['nestjs-thrift', escapeMarkup(versions['nestjs-thrift'])],
    ['Node.js', escapeMarkup(versions.node)],
  ];
  return `${table('How it was measured', ['option', 'value'], rows)}<h2>Payload</h2><pre>${escapeMarkup(payload)}</pre>`;
}

/** Nothing without rows; cells are markup. */
function table(heading: string, head: readonly string[], rows: readonly string[][]): string {
  if (rows.length === 0) {
    return '';
  }
  const names = head.map((name) => `<th scope="col">${name}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`);
  return `<section><h2>${heading}</h2><div class="scroll"><table><thead><tr>${names}</tr></thead><tbody>${body.join('')}</tbody></table></div></section>`;
}

/** `2026-01-31 12:00:00 UTC` for a time in ISO 8601. */
function timeText(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

function percent(count: number, of: number): string {
  return `${Number(((count / of) * 100).toPrecision(3))}\u00a0%`;
}
