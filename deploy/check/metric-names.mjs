import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const deploy = join(dirname(fileURLToPath(import.meta.url)), '..');
const text = (/** @type {string} */ path) => readFileSync(join(deploy, path), 'utf8');

/**
 * An expression of a panel.
 *
 * @typedef {{ panel: string; expr: string }} PanelExpression
 */

/**
 * Expressions of the dashboard, with a value in place of each of Grafana's variables.
 *
 * @param {string} service value of the variable of that name
 * @param {string} folder `.`, or `kitex` for the other naming
 * @returns {PanelExpression[]}
 */
export function dashboardExpressions(service = '.*', folder = '.') {
  const { panels } = JSON.parse(text(`${folder}/grafana/thrift-dashboard.json`));
  return panels.flatMap(
    (/** @type {{ title: string; targets: { expr: string }[] }} */ { title, targets }) =>
      targets.map(({ expr }) => ({
        panel: title,
        expr: expr.replaceAll('$__rate_interval', '10s').replaceAll('$service', service),
      })),
  );
}

/** The selector whose values of the label `service` the dashboard offers. */
export function serviceSelector(folder = '.') {
  const { templating } = JSON.parse(text(`${folder}/grafana/thrift-dashboard.json`));
  const { query } = templating.list.find(
    (/** @type {{ name: string }} */ { name }) => name === 'service',
  ).query;
  return /^label_values\((.*), service\)$/.exec(query)?.[1] ?? '';
}

/**
 * Rules, as Prometheus reads them.
 *
 * @param {string} folder
 * @returns {{ expr: string; alert?: string; record?: string }[]}
 */
export function rulesOf(folder = '.') {
  return ['recording.yml', 'alerts.yml']
    .flatMap((name) => parse(text(`${folder}/prometheus/rules/${name}`)).groups)
    .flatMap(({ rules }) => rules);
}

/**
 * Metrics that expressions and the adapter's rule name, without those that rules record.
 *
 * @param {string} folder
 */
export function metricNames(folder = '.') {
  const { rules } = parse(text(`${folder}/prometheus/adapter-rules.yaml`));
  const expressions = [
    ...dashboardExpressions('.*', folder).map(({ expr }) => expr),
    ...rulesOf(folder).map(({ expr }) => expr),
    ...rules.map((/** @type {{ seriesQuery: string }} */ { seriesQuery }) => seriesQuery),
  ];
  const prefixed = /(?<![\w:])(?:thrift|kitex)_[a-z0-9_]+/g;
  return [...new Set(expressions.flatMap((expr) => expr.match(prefixed) ?? []))];
}

/**
 * Alerts that the unit tests do not show both firing and silent.
 *
 * @param {string} folder
 */
export function alertsWithoutCases(folder = '.') {
  const { tests } = parse(text(`${folder}/prometheus/tests/alerts.test.yml`));
  /** @type {{ alertname: string; exp_alerts?: unknown[] }[]} */
  const cases = tests.flatMap((/** @type {any} */ test) => test.alert_rule_test ?? []);
  const has = (/** @type {string} */ alert, /** @type {boolean} */ fires) =>
    cases.some(
      ({ alertname, exp_alerts = [] }) => alertname === alert && exp_alerts.length > 0 === fires,
    );
  return rulesOf(folder).flatMap(({ alert }) =>
    alert !== undefined && !(has(alert, true) && has(alert, false)) ? [alert] : [],
  );
}
