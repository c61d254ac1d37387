// `npm run docs:errors`: writes the tables of docs/errors.md from ERROR_CODES. With `--check` it writes nothing and fails
// if a table differs.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ERROR_CODES } from '@nestjs-thrift/codec';
import { format, resolveConfig } from 'prettier';

const RETRIES = {
  always: 'yes',
  'on-another-instance': 'yes, on another instance',
  'if-idempotent': 'idempotent methods',
  'if-asked': 'idempotent methods, if the policy names the error',
  never: 'no',
};

const guide = path.resolve(import.meta.dirname, '../docs/errors.md');
/** @typedef {import('@nestjs-thrift/codec/internal').ErrorCodeRow} ErrorCodeRow */
/** @type {[string, ErrorCodeRow][]} */
const rows = Object.entries(ERROR_CODES);
// A code that nothing raises yet is not one that a reader can meet.
const raised = rows.filter(([, row]) => row.class !== undefined);

const tables = {
  codes: table(
    ['code', 'class', 'what happened', 'Kitex', 'may the handler have run?'],
    raised.map(([code, row]) => [
      `\`${code}\``,
      `\`${row.class}\``,
      row.doc,
      row.kitex === undefined ? '–' : `\`${row.kitex}\``,
      row.carriedOut,
    ]),
  ),
  consequences: table(
    ['code', 'retried', 'service breaker counts', 'instance breaker counts', 'HTTP status'],
    raised.map(([code, row]) => [
      `\`${code}\``,
      RETRIES[row.retry],
      counted(row.service),
      counted(row.instance),
      row.http,
    ]),
  ),
};

const before = readFileSync(guide, 'utf8');
const replaced = Object.entries(tables).reduce(replaceTable, before);
const after = await format(replaced, { ...(await resolveConfig(guide)), filepath: guide });
if (after === before) {
  console.log('the tables of docs/errors.md are up to date');
} else if (process.argv.includes('--check')) {
  console.error('docs/errors.md differs from ERROR_CODES; run npm run docs:errors');
  process.exitCode = 1;
} else {
  writeFileSync(guide, after);
  console.log('wrote docs/errors.md');
}

/** @param {string[]} head @param {(string | number)[][]} lines */
function table(head, lines) {
  return [head, head.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** @param {string} outcome */
function counted(outcome) {
  return outcome === 'ignored' ? 'nothing' : `a ${outcome}`;
}

/** Puts a table between its two comments. @param {string} text @param {string[]} table */
function replaceTable(text, [name, rendered]) {
  const [start, end] = [`<!-- table ${name}: npm run docs:errors -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) {
    throw new Error(`docs/errors.md has no "${start}" before "${end}"`);
  }
  return `${text.slice(0, from + start.length)}\n\n${rendered}\n\n${text.slice(to)}`;
}
