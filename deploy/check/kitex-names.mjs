// Writes the files whose metrics have the prefix `kitex_` (naming `kitex`) from those with `thrift_`; with --check it only compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const deploy = join(dirname(fileURLToPath(import.meta.url)), '..');
const FILES = [
  'prometheus/rules/alerts.yml',
  'prometheus/rules/recording.yml',
  'prometheus/tests/alerts.test.yml',
  'prometheus/adapter-rules.yaml',
  'grafana/thrift-dashboard.json',
  'kubernetes/horizontal-pod-autoscaler.yaml',
];
const isCheck = process.argv.includes('--check');

for (const file of FILES) {
  const text = renamed(readFileSync(join(deploy, file), 'utf8'));
  const target = join(deploy, 'kitex', file);
  if (!isCheck) {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  } else if (text !== readOrNothing(target)) {
    console.error(`deploy/kitex/${file} differs: run node deploy/check/kitex-names.mjs`);
    process.exitCode = 1;
  }
}

/** @param {string} text */
function renamed(text) {
  return text
    .replaceAll(/(?<![a-z])thrift_(?=[a-z(])/g, 'kitex_')
    .replace('"uid": "nestjs-thrift"', '"uid": "nestjs-thrift-kitex"')
    .replace('deploy/prometheus', 'deploy/kitex/prometheus');
}

/** @param {string} path */
function readOrNothing(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
