// A real Prometheus scrapes a real application: every metric that rules and dashboard name must be there, every
// expression must run, and the ones that traffic must move must have moved.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { dashboardExpressions, metricNames, ruleExpressions } from './metric-names.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const DEADLINE_MS = 60_000;
const scratch = mkdtempSync(join(tmpdir(), 'live-scrape-'));
/** @type {import('node:child_process').ChildProcess[]} */
const children = [];

/** What the application makes happen. */
const MOVED = [
  'thrift_requests_total{status="success"}',
  'thrift_requests_total{status="error"}',
  'thrift_client_requests_total{status="error"}',
  'thrift_request_duration_seconds_count',
  'thrift_pool_connections_opened_total',
  'thrift_pool_reuses_total',
  'thrift_idle_connections + thrift_active_connections',
  'thrift_retries_total',
  'thrift_breaker_state == 2',
  'thrift_breaker_transitions_total{to="open"}',
  'thrift_limit_rejections_total{limit="requests"}',
  'thrift_decode_errors_total{side="server"}',
  'thrift_received_bytes_total',
  'thrift_config_reloads_total{result="applied"}',
  'thrift_server_state{state="listening"}',
  'thrift_event_loop_delay_seconds{quantile="1"}',
  'service:thrift_requests:rate5m',
  'service:thrift_request_errors:ratio_rate5m',
  'service:thrift_request_duration_seconds:p95_5m',
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
  const app = start(process.execPath, [join(here, 'app.mjs')], {
    THRIFT_PORT: String(await freePort()),
  });
  const [line] = await once(createInterface(app.stdout), 'line');
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

  for (const job of ['thrift', 'nestjs-prometheus']) {
    const target = encodeURIComponent(`{job="${job}"}`);
    const wanted = new Set(metricNames().map(family));
    await until(`${job} to expose ${[...wanted].join(', ')}`, async () => {
      const found = await api(`targets/metadata?match_target=${target}`);
      for (const { metric } of found ?? []) {
        wanted.delete(metric);
        wanted.delete(family(metric));
      }
      return wanted.size === 0;
    });
  }
  console.log(
    `${metricNames().length} metrics are exposed, by the admin port and by nestjs-prometheus`,
  );

  const expressions = [...dashboardExpressions(), ...ruleExpressions().map(({ expr }) => expr)];
  for (const expr of expressions) {
    const result = await api(`query?query=${encodeURIComponent(expr)}`);
    if (result === undefined) {
      throw new Error(`Prometheus refuses ${expr}`);
    }
  }
  console.log(`${expressions.length} expressions run`);

  for (const expr of MOVED) {
    await until(`${expr} to be above 0`, async () => {
      const found = await api(`query?query=${encodeURIComponent(expr)}`);
      return found?.result.some(
        (/** @type {{ value: unknown[] }} */ { value }) => Number(value[1]) > 0,
      );
    });
  }
  console.log(`${MOVED.length} of them have moved`);
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
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files:
  - ${join(here, '../prometheus/rules')}/*.yml
scrape_configs:
${job('thrift', admin)}${job('nestjs-prometheus', http)}`;
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function start(command, args, env = {}) {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
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
 * @param {() => Promise<boolean>} condition
 */
async function until(what, condition) {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(`waited ${DEADLINE_MS} ms in vain for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
