// `npm run docs:errors`: writes the tables of docs/reference/errors.md from ERROR_CODES. With `--check` it writes nothing and fails
// if a table differs.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ERROR_CODES, ThriftRpcError } from '@nestjs-thrift/codec';
import { format, resolveConfig } from 'prettier';
import { FIXES } from './error-fixes.mjs';
import { facts } from './project-facts.mjs';

const RETRIES = {
  always: 'yes',
  'on-another-instance': 'yes, on another instance',
  'if-idempotent': 'idempotent methods',
  'if-asked': 'idempotent methods, if the policy names the error',
  never: 'no',
};

const guide = path.resolve(import.meta.dirname, '../docs/reference/errors.md');
/** @typedef {import('@nestjs-thrift/codec/internal').ErrorCodeRow} ErrorCodeRow */
/** @type {[string, ErrorCodeRow][]} */
const rows = Object.entries(ERROR_CODES);
// A code that nothing raises yet is not one that a reader can meet.
const raised = rows.filter(([, row]) => row.class !== undefined);

const tables = {
  codes: table(
    ['code', 'class', 'what happened'],
    raised.map(([code, row]) => [
      `[\`${code}\`](#${code.toLowerCase()})`,
      `\`${row.class}\``,
      row.doc,
    ]),
  ),
  consequences: raised.map(([code, row]) => section(code, row)).join('\n\n'),
};

checkDocUrl();

const before = readFileSync(guide, 'utf8');
const replaced = Object.entries(tables).reduce(replaceTable, before);
const after = await format(replaced, { ...(await resolveConfig(guide)), filepath: guide });
if (after === before) {
  console.log('the tables of docs/reference/errors.md are up to date');
} else if (process.argv.includes('--check')) {
  console.error('docs/reference/errors.md differs from ERROR_CODES; run npm run docs:errors');
  process.exitCode = 1;
} else {
  writeFileSync(guide, after);
  console.log('wrote docs/reference/errors.md');
}

/** @param {string} code @param {ErrorCodeRow} row */
function section(code, row) {
  const fixes = FIXES[code];
  if (fixes === undefined) {
    throw new Error(`scripts/error-fixes.mjs has no entry for ${code}`);
  }
  const kitex = row.kitex === undefined ? '' : ` · **Kitex:** \`${row.kitex}\``;
  return [
    `### \`${code}\``,
    `**Class:** \`${row.class}\`${kitex}`,
    row.doc,
    table(
      [
        'Retried',
        'Service breaker counts',
        'Instance breaker counts',
        'HTTP status',
        'May the handler have run?',
      ],
      [[RETRIES[row.retry], counted(row.service), counted(row.instance), row.http, row.carriedOut]],
    ),
    table(['Cause', 'What to do'], fixes),
  ].join('\n\n');
}

/** `error.docUrl` must lead to this page of the site. */
function checkDocUrl() {
  const { docUrl } = new ThriftRpcError('RPC_TIMEOUT', '');
  const expected = `${facts.site}reference/errors#rpc_timeout`;
  if (docUrl !== expected) {
    throw new Error(
      `error.docUrl is ${docUrl}, but scripts/project-facts.mjs leads to ${expected}`,
    );
  }
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
    throw new Error(`docs/reference/errors.md has no "${start}" before "${end}"`);
  }
  return `${text.slice(0, from + start.length)}\n\n${rendered}\n\n${text.slice(to)}`;
}
