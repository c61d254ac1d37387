// Prints "PASSED FAILED" from the last summary in a log: jest's "Tests:" line, or "N passed, N failed".
import { readFileSync } from 'node:fs';

const log = readFileSync(process.argv[2] ?? '', 'utf8');
const summary = log.match(/^(Tests:.*|\d+ passed, \d+ failed.*)$/gm)?.at(-1) ?? '';
const count = (/** @type {string} */ word) =>
  Number(summary.match(new RegExp(`(\\d+) ${word}`))?.[1] ?? 0);
console.log(count('passed'), count('failed'));
