import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const deploy = join(dirname(fileURLToPath(import.meta.url)), '..');
const text = (/** @type {string} */ path) => readFileSync(join(deploy, path), 'utf8');

/**
 * Expressions of the dashboard, with a value in place of each of Grafana's variables.
 *
 * @returns {string[]}
 */
export function dashboardExpressions() {
  const { panels } = JSON.parse(text('grafana/thrift-dashboard.json'));
  return panels
    .flatMap((/** @type {{ targets: { expr: string }[] }} */ { targets }) => targets)
    .map((/** @type {{ expr: string }} */ { expr }) =>
      expr.replaceAll('$__rate_interval', '1m').replaceAll('$service', '.*'),
    );
}

/**
 * Expressions of the rules and what they are recorded as.
 *
 * @returns {{ expr: string }[]}
 */
export function ruleExpressions() {
  return ['prometheus/rules/recording.yml', 'prometheus/rules/alerts.yml']
    .flatMap((path) => parse(text(path)).groups)
    .flatMap(({ rules }) => rules);
}

/** Metrics that expressions and the adapter's rule name, without those that rules record. */
export function metricNames() {
  const { rules } = parse(text('prometheus/adapter-rules.yaml'));
  const expressions = [
    ...dashboardExpressions(),
    ...ruleExpressions().map(({ expr }) => expr),
    ...rules.map((/** @type {{ seriesQuery: string }} */ { seriesQuery }) => seriesQuery),
  ];
  const names = expressions.flatMap((expr) => expr.match(/(?<![\w:])thrift_[a-z0-9_]+/g) ?? []);
  return [...new Set(names)];
}
