import { readFileSync } from 'node:fs';
import { documentationFiles } from './markdown.js';

const METRIC = /`((?:thrift|kitex)_\w+)/g;
/** Of the adapter of Prometheus for the autoscaler, and the folder of Kitex's generator. */
const OTHERS = new Set(['thrift_requests_per_second', 'kitex_gen']);
/** Endings of the series of a histogram. */
const SERIES = /_(?:bucket|sum|count)$/;

const reference = readFileSync('docs/reference/metrics.md', 'utf8');
const known = new Set([...reference.matchAll(METRIC)].map(([, name]) => name!));

describe('metrics in the documentation', () => {
  it.each(documentationFiles())('of %s exist', (file) => {
    const named = [...readFileSync(file, 'utf8').matchAll(METRIC)].map(([, name]) => name!);
    const unknown = named.filter((name) => {
      const plain = name.replace(SERIES, '').replace(/^kitex_/, 'thrift_');
      return !OTHERS.has(name) && !known.has(name) && !known.has(plain);
    });
    expect(unknown).toEqual([]);
  });
});

describe('lines of the log in the documentation', () => {
  it('exist, with the values that they show', () => {
    const lines = [...readFileSync('docs/reference/log-lines.md', 'utf8').matchAll(/`([^`]+)`/g)];
    const patterns = lines.map(
      ([, line]) =>
        new RegExp(
          `^${line!
            .split(/<[^>]*>/)
            .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
            .join('.*')}$`,
        ),
    );
    const health = readFileSync('docs/operations/health.md', 'utf8');
    const shown = [...health.matchAll(/`(drain [^`]*|Drain [^`]*)`/gi)].map(([, line]) => line!);
    expect(shown).toHaveLength(3);
    expect(shown.filter((line) => !patterns.some((pattern) => pattern.test(line)))).toEqual([]);
  });
});
