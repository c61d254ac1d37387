// The checks of the action: runs the command line, prints annotations, and writes a summary for the job and the pull request.
// Needs nothing but Node and git.
import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';

/** @typedef {{ file?: string, line?: number, column?: number }} Place */
/** @typedef {Place & { level: string, message: string, rule: string, anchor?: Place }} Finding */
/** @typedef {{ title: string, passed: boolean, result: string, found: Finding[] }} Check */

const MARKER = '<!-- nestjs-thrift IDL checks -->';
const MAX_SHOWN = 50;
const MAX_TEXT = 500;

const env = process.env;
const idl = lines(env.INPUT_IDL);
const policies = lines(env.INPUT_POLICIES);
const event = env.GITHUB_EVENT_PATH ? JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8')) : {};
const pullRequest = event.pull_request;

const checks = [findings('lint', ['lint', ...idl]), breaking(), ...policies.map(policy)].filter(
  (check) => check !== undefined,
);
/** @param {string} level */
const count = (level) =>
  checks.flatMap(({ found }) => found).filter((each) => each.level === level).length;
const failed = checks.some(({ passed }) => !passed);
const summary = [
  MARKER,
  `## ${failed ? '❌' : '✅'} Thrift IDL`,
  '',
  '| check | result |',
  '| --- | --- |',
  ...checks.map(({ title, passed, result }) => `| ${title} | ${passed ? '✅' : '❌'} ${result} |`),
  ...checks.flatMap(details),
  '',
].join('\n');

append(env.GITHUB_STEP_SUMMARY, summary);
append(env.GITHUB_OUTPUT, `errors=${count('error')}\nwarnings=${count('warning')}\n`);
if (pullRequest && env.INPUT_COMMENT === 'true' && env.INPUT_TOKEN) {
  await comment(summary).catch((error) => {
    // Workflows of forks have a token that can only read.
    console.log(
      `::notice::the summary is in the job, not on the pull request: ${escaped(error.message)}`,
    );
  });
}
if (failed) {
  process.exitCode = 1;
}

/** The lines of an input that are not empty. @param {string | undefined} text */
function lines(text) {
  return (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** @param {string[]} argv */
function run(argv) {
  const [file = '', ...prefix] = (env.INPUT_COMMAND || 'npx --no-install nestjs-thrift').split(
    /\s+/,
  );
  const { status, stdout, stderr, error } = spawnSync(file, [...prefix, ...argv], {
    encoding: 'utf8',
    env: { ...env, NO_COLOR: '1', INPUT_TOKEN: '' },
    maxBuffer: 64 * 2 ** 20,
  });
  return { status, stdout: stdout ?? '', stderr: stderr || error?.message || '' };
}

/** A check that prints its findings as JSON. @param {string} title @param {string[]} argv @returns {Check} */
function findings(title, argv) {
  const { status, stdout, stderr } = run([...argv, '--format', 'json']);
  if (status !== 0 && status !== 1) {
    return broken(title, stderr);
  }
  /** @type {Finding[]} */
  const found = JSON.parse(stdout).findings;
  for (const each of found) {
    annotate(each);
  }
  const [errors = 0, warnings = 0] = ['error', 'warning'].map(
    (level) => found.filter((each) => each.level === level).length,
  );
  return {
    title,
    passed: status === 0,
    result: `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`,
    found,
  };
}

function breaking() {
  const against = env.INPUT_AGAINST || baseOfPullRequest();
  return against ? findings('breaking', ['breaking', ...idl, '--against', against]) : undefined;
}

/** The commit that the pull request is compared with; a shallow checkout does not have it yet. */
function baseOfPullRequest() {
  const sha = pullRequest?.base?.sha;
  if (typeof sha !== 'string' || !/^[0-9a-f]{40,64}$/.test(sha)) {
    return undefined;
  }
  if (spawnSync('git', ['cat-file', '-e', `${sha}^{commit}`]).status !== 0) {
    spawnSync('git', ['fetch', '--no-tags', '--depth=1', 'origin', sha], { stdio: 'inherit' });
  }
  return sha;
}

/** @param {string} file @returns {Check} */
function policy(file) {
  const title = `check-config ${code(file)}`;
  const services = lines(env.INPUT_SERVICES).flatMap((pair) => ['--service', pair]);
  const { status, stdout, stderr } = run(['check-config', file, ...idlArguments(), ...services]);
  if (status !== 0 && status !== 1) {
    return broken(title, stderr);
  }
  const found = stdout.split('\n').flatMap((line) => {
    const [, level = 'error', message] = /: (error|warning): (.*)$/.exec(line) ?? [];
    return message === undefined ? [] : [{ level, message, file, rule: 'check-config' }];
  });
  for (const each of found) {
    annotate(each);
  }
  return {
    title,
    passed: status === 0,
    result: status === 0 ? 'valid' : plural(found.length, 'fault'),
    found,
  };
}

/** Files and folders alone: `check-config` takes no patterns. */
function idlArguments() {
  return idl
    .map((pattern) => pattern.replace(/\/?\*.*$/, '') || '.')
    .flatMap((path) => ['--idl', path]);
}

/** A check that could not run. @param {string} title @param {string} reason @returns {Check} */
function broken(title, reason) {
  console.log(`::error title=${escaped(title)}::${escaped(reason)}`);
  const found = [{ level: 'error', message: reason.trim(), rule: title }];
  return { title, passed: false, result: 'could not run', found };
}

/** An annotation of the changed file. @param {Finding} finding */
function annotate({ level, message, rule, anchor, ...place }) {
  const { file, line, column } = anchor ?? place;
  const properties = Object.entries({ file, line, col: column, title: rule })
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) =>
        `${key}=${escaped(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`,
    );
  console.log(`::${level} ${properties.join(',')}::${escaped(message)}`);
}

/** The findings of a check as a table that unfolds. @param {Check} check */
function details({ title, found }) {
  if (found.length === 0) {
    return [];
  }
  const shown = found.slice(0, MAX_SHOWN).map(({ level, rule, message, anchor, ...place }) => {
    const { file, line } = anchor ?? place;
    const where = file === undefined ? '' : code(line === undefined ? file : `${file}:${line}`);
    return `| ${level === 'error' ? '❌' : '⚠️'} | ${where} | ${code(rule)} | ${text(message)} |`;
  });
  const left = found.length - shown.length;
  return [
    '',
    `<details><summary>${title.replaceAll('`', '')}: ${plural(found.length, 'finding')}</summary>`,
    '',
    '| | place | rule | finding |',
    '| --- | --- | --- | --- |',
    ...shown,
    ...(left > 0 ? ['', `… and ${left} more in the log of the job`] : []),
    '',
    '</details>',
  ];
}

/** Text of IDL in a table: it makes no markup and mentions no one. @param {string} value */
function text(value) {
  const short = value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  return short
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[&<>\\`*_{}[\]()#!|~@]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** @param {string} value */
function code(value) {
  return `\`${String(value).replaceAll(/[`|\s]/g, ' ')}\``;
}

/** @param {string} value */
function escaped(value) {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** @param {number} number @param {string} noun */
function plural(number, noun) {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** @param {string | undefined} file @param {string} content */
function append(file, content) {
  if (file) {
    appendFileSync(file, content);
  }
}

/** Writes the comment, or changes the one of an earlier run. @param {string} body */
async function comment(body) {
  const issue = `/repos/${env.GITHUB_REPOSITORY}/issues/${pullRequest.number}/comments`;
  let earlier;
  for (let page = 1; earlier === undefined && page <= 10; page += 1) {
    /** @type {{ id: number, body?: string }[]} */
    const comments = await api('GET', `${issue}?per_page=100&page=${page}`);
    earlier = comments.find((each) => each.body?.startsWith(MARKER));
    if (comments.length < 100) {
      break;
    }
  }
  if (earlier === undefined) {
    await api('POST', issue, { body });
  } else {
    await api('PATCH', `/repos/${env.GITHUB_REPOSITORY}/issues/comments/${earlier.id}`, { body });
  }
}

/** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
async function api(method, path, body) {
  const response = await fetch(`${env.GITHUB_API_URL || 'https://api.github.com'}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${env.INPUT_TOKEN}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) {
    throw new Error(`${method} ${path} answered ${response.status}`);
  }
  return response.json();
}
