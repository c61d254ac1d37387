import type { Summary } from './measurements.js';
import { barChart } from './svg-bars.js';

/** What the help of `bench` ends with. */
export const EPILOGUE = `
The payload is that of "call". A file with one JSON per line is used in turn. Strings may hold {{sequence}}, {{random 1 100}}
and {{uuid}}; a string that is only {{sequence}} or {{random …}} becomes a number.

Without --rate each of --concurrency callers begins its next call when the last one ended. With --rate calls have their
time, at most --concurrency in flight; latency counts from the time a call should have begun. Latency is that of all calls.

--assert takes min, mean, p50, p75, p90, p95, p99, p999, max (us, ms, s), errors, success (a count or %), throughput (per
second), with <, <=, > or >=.

Examples:
  nestjs-thrift bench 127.0.0.1:8888 UserService.GetUser '{"user_id": 1}' --idl idl/user.thrift --concurrency 100 --requests 10000
  nestjs-thrift bench users:8888 UserService.GetUser '{"user_id": "{{random 1 1000}}"}' --idl idl/user.thrift --rate 2000 --duration 30
  nestjs-thrift bench users:8888 UserService.GetUser @users.jsonl --idl idl/user.thrift --mux --out report.html
  nestjs-thrift bench users:8888 UserService.GetUser '{"user_id": 1}' --idl idl/user.thrift --assert 'p99<50ms,errors<1%'

Exit codes:
  0  done
  1  an assertion is not met
  2  the command line is wrong
  3  the IDL or the payload cannot be used, or the report cannot be written
  4  the first call found no connection, or every call failed`;

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
