import type { Summary } from './measurements.js';
import { barChart } from './svg-bars.js';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}' +
  'svg{width:100%;height:auto}rect{fill:#2563eb}text{font-size:11px;fill:#333}';

/** The outcome of a run as one page that needs nothing else: no script, no link. */
export function renderReport(title: string, summary: Summary): string {
  const { calls, seconds, success, errors, throughput, latencyMs, histogram, perSecond } = summary;
  const failed = Object.entries(errors).map(
    ([name, count]) => `<li>${escapeHtml(name)}: ${count}</li>`,
  );
  const charts: [string, string][] = [
    [
      'Latency histogram',
      barChart(histogram.map(({ upToMs, count }) => ({ label: `≤ ${upToMs} ms`, value: count }))),
    ],
    [
      'Latency percentiles (ms)',
      barChart(
        Object.entries(latencyMs).map(([label, value]) => ({ label, value: Number(value) })),
      ),
    ],
    [
      'Calls per second over time',
      barChart(perSecond.map((value, second) => ({ label: `${second} s`, value }))),
    ],
  ];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>${calls} calls in ${seconds.toFixed(2)} s: ${throughput.toFixed(1)} calls/s, success ${success}, errors ${calls - success}</p>
<ul>${failed.join('')}</ul>
${charts.map(([heading, chart]) => `<h2>${heading}</h2>\n${chart}`).join('\n')}
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
