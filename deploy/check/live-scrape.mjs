// A real Prometheus scrapes a real application: every metric that rules and dashboard name must be there, every panel must show
// a value with each value of its variables, and alerts must fire when the application breaks, stay, and end when it is mended.
// The files with either prefix are held against the same application.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  alertsWithoutCases,
  dashboardExpressions,
  metricNames,
  rulesOf,
  serviceSelector,
} from './metric-names.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const DEADLINE_MS = 60_000;
const scratch = mkdtempSync(join(tmpdir(), 'live-scrape-'));
/** @type {import('node:child_process').ChildProcess[]} */
const children = [];

/** Folders of rules and dashboard below deploy/, one per naming. */
const FOLDERS = ['.', 'kitex'];
/** A minute of the rules takes this many seconds here. */
const SECONDS_PER_MINUTE = 2;
/** Alerts that the application makes fire. */
const BROKEN = [
  'ThriftBreakerOpen',
  'ThriftClientHighErrorRate',
  'ThriftConfigurationRefused',
  'ThriftEventLoopBlocked',
];

/** What the application makes happen. */
const MOVED = [
  'thrift_requests_total{status="success"}',
  'thrift_requests_total{status="error"}',
  'thrift_client_requests_total{status="error"}',
  'thrift_client_calls_total{status="success"}',
  'thrift_request_duration_seconds_count',
  'thrift_pool_connections_opened_total{service="Demo",target_service="example.demo"}',
  'thrift_pool_reuses_total',
  'thrift_idle_connections + thrift_active_connections',
  'thrift_retries_total',
  'thrift_breaker_state{target_service="example.demo"}',
  'thrift_breaker_transitions_total{to="open"}',
  'thrift_limit_rejections_total{limit="requests"}',
  'thrift_decode_errors_total{side="server"}',
  'thrift_received_bytes_total',
  'thrift_config_reloads_total{scope="application",result="applied"}',
  'thrift_server_state{state="listening"}',
  'thrift_streams_total{status="success"}',
  'thrift_client_streams_total{status="success"}',
  'thrift_stream_messages_total{direction="sent"}',
  'thrift_stream_first_message_seconds_count',
  'thrift_stream_message_bytes_count',
  'thrift_event_loop_delay_max_seconds',
  'thrift_event_loop_active_seconds_total',
  'service:thrift_requests:rate5m',
  'service:thrift_request_errors:ratio_rate5m',
  'service:thrift_request_duration_seconds:p95_5m',
  'service:thrift_client_call_duration_seconds:p95_5m',
];

try {
  await check();
} finally {
  for (const child of children) {
    if (child.exitCode !== null) {
      continue;
    }
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  rmSync(scratch, { recursive: true, force: true });
}

async function check() {
  for (const folder of FOLDERS) {
    const untested = alertsWithoutCases(folder);
    if (untested.length > 0) {
      throw new Error(`no unit test shows these alerts firing and silent: ${untested.join(', ')}`);
    }
  }
  const app = start(
    process.execPath,
    [join(here, 'app.mjs')],
    { THRIFT_PORT: String(await freePort()) },
    ['ignore', 'pipe', 'inherit', 'ipc'],
  );
  const [line] = await once(createInterface(/** @type {any} */ (app.stdout)), 'line');
  const { http, admin } = JSON.parse(line);
  const port = await freePort();
  writeFileSync(join(scratch, 'prometheus.yml'), config(http, admin));
  start('prometheus', [
    `--config.file=${join(scratch, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(scratch, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ]);
  const api = (/** @type {string} */ path) => getJson(`http://127.0.0.1:${port}/api/v1/${path}`);
  /** @type {Query} */
  const query = async (expr) => (await api(`query?query=${encodeURIComponent(expr)}`))?.result;

  for (const job of ['thrift', 'nestjs-prometheus']) {
    const target = encodeURIComponent(`{job="${job}"}`);
    const missing = new Set(FOLDERS.flatMap((folder) => metricNames(folder).map(family)));
    await until(`${job} to expose all metrics`, async () => {
      const found = await api(`targets/metadata?match_target=${target}`);
      for (const { metric } of found ?? []) {
        missing.delete(metric);
        missing.delete(family(metric));
      }
      return missing.size === 0 ? '' : `missing: ${[...missing].join(', ')}`;
    });
  }
  console.log(`${metricNames().length} metrics are exposed with either prefix, by both endpoints`);
  for (const endpoint of [http, admin]) {
    await checkExposition(`http://127.0.0.1:${endpoint}/metrics`);
  }

  for (const expr of MOVED) {
    await until(`${expr} to be above 0`, async () =>
      (await query(expr))?.some(({ value }) => Number(value[1]) > 0) ? '' : 'it is not',
    );
  }
  console.log(`${MOVED.length} values have moved`);
  for (const folder of FOLDERS) {
    await checkExpressions(folder, api, query);
  }
  await checkAlerts(app, query);
}

/**
 * Runs a query; `undefined` if Prometheus refuses it.
 *
 * @typedef {(expr: string) => Promise<{ metric: Record<string, string>; value: [number, string] }[] | undefined>} Query
 */

/**
 * Every panel shows values for all services and for each that the variable offers; every rule runs.
 *
 * @param {string} folder
 * @param {(path: string) => Promise<any>} api
 * @param {Query} query
 */
async function checkExpressions(folder, api, query) {
  const match = encodeURIComponent(serviceSelector(folder));
  const services = await api(`label/service/values?match[]=${match}`);
  if (String(services) !== 'Demo') {
    throw new Error(`the variable "service" of ${folder} offers "${services}" instead of Demo`);
  }
  const panels = ['.*', ...services].flatMap((service) => dashboardExpressions(service, folder));
  for (const { panel, expr } of panels) {
    await until(`the panel "${panel}" to show values: ${expr}`, async () => {
      const result = await query(expr);
      if (result === undefined) {
        return 'Prometheus refuses the query';
      }
      const values = result.map(({ value }) => Number(value[1]));
      return values.length > 0 && values.every(Number.isFinite) ? '' : `values: ${values.join()}`;
    });
  }
  for (const { expr } of rulesOf(folder)) {
    if ((await query(expr)) === undefined) {
      throw new Error(`Prometheus refuses ${expr}`);
    }
  }
  console.log(
    `${panels.length} queries of panels show values, ${rulesOf(folder).length} rules run`,
  );
}

/**
 * @param {import('node:child_process').ChildProcess} app
 * @param {Query} query
 */
async function checkAlerts(app, query) {
  const firing = async () => {
    const alerts = (await query('ALERTS{alertstate="firing"}')) ?? [];
    return new Set(
      alerts.map(({ metric: { alertname, naming = 'thrift' } }) => `${alertname} (${naming})`),
    );
  };
  const expected = BROKEN.flatMap((alert) => [`${alert} (thrift)`, `${alert} (kitex)`]);
  const silent = async () => [...(await firing())].join(', ');

  await until('all alerts to be silent while the application is well', silent);
  app.send('break');
  const missing = async () => {
    const found = await firing();
    return expected.filter((alert) => !found.has(alert)).join(', ');
  };
  await until(`${expected.join(', ')} to fire`, missing);
  // The breaker goes through half-open several times.
  for (let round = 0; round < 20; round++) {
    const ended = await missing();
    if (ended !== '') {
      throw new Error(`ended while the application was broken: ${ended}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  app.send('mend');
  await until('all alerts to end', silent);
  console.log(`${expected.length} alerts have fired, stayed and ended`);
}

/**
 * What an endpoint exposes passes `promtool check metrics`.
 *
 * @param {string} url
 */
async function checkExposition(url) {
  const input = await (await fetch(url)).text();
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input,
    encoding: 'utf8',
  });
  if (status !== 0) {
    throw new Error(`promtool check metrics of ${url}: ${stdout}${stderr}`);
  }
}

/**
 * Histograms are described without the suffix of their series.
 *
 * @param {string} name
 */
function family(name) {
  return name.replace(/_(bucket|sum|count)$/, '');
}

/**
 * @param {number} http port of nestjs-prometheus
 * @param {number} admin port of the admin server
 */
function config(http, admin) {
  const job = (/** @type {string} */ name, /** @type {number} */ port) =>
    `  - job_name: ${name}\n    static_configs:\n      - targets: ['127.0.0.1:${port}']\n`;
  return `global:
  scrape_interval: 500ms
  evaluation_interval: 500ms
rule_files:
${ruleFiles()}
scrape_configs:
${job('thrift', admin)}${job('nestjs-prometheus', http)}`;
}

/** Copies of the rules whose minutes are shorter. */
function ruleFiles() {
  const files = FOLDERS.flatMap((folder) =>
    ['recording.yml', 'alerts.yml'].map((name) => {
      const rules = readFileSync(join(here, '..', folder, 'prometheus/rules', name), 'utf8');
      const shorter = rules.replaceAll(
        /(?<=\[|for: )(\d+)m\b/g,
        (_, minutes) => `${Number(minutes) * SECONDS_PER_MINUTE}s`,
      );
      const label = `labels:\n          naming: ${folder}\n`;
      const copy = join(scratch, `${folder === '.' ? 'thrift' : folder}-${name}`);
      writeFileSync(copy, folder === '.' ? shorter : shorter.replaceAll('labels:\n', label));
      return copy;
    }),
  );
  return files.map((file) => `  - ${file}`).join('\n');
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {import('node:child_process').StdioOptions} stdio
 */
function start(command, args, env = {}, stdio = ['ignore', 'pipe', 'inherit']) {
  const child = spawn(command, args, {
    stdio,
    env: { ...process.env, ...env },
  });
  children.push(child);
  return child;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  return port;
}

/**
 * The data of an answer of Prometheus; `undefined` without an answer, or for an error.
 *
 * @param {string} url
 * @returns {Promise<any>}
 */
async function getJson(url) {
  try {
    const answer = /** @type {any} */ (await (await fetch(url)).json());
    return answer.data;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} what
 * @param {() => Promise<string>} problem what is wrong still; empty once nothing is
 */
async function until(what, problem) {
  const deadline = Date.now() + DEADLINE_MS;
  for (let found = await problem(); found !== ''; found = await problem()) {
    if (Date.now() > deadline) {
      throw new Error(`waited ${DEADLINE_MS} ms without success for ${what}: ${found}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
