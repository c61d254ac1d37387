import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import type { Attack } from '../arena/attack.js';
import type { Result } from '../arena/fight.js';
import { STACK_NAMES } from '../stacks/stack.js';
import { megabytes, milliseconds } from './print.js';

const BEGIN = '<!-- begin: written by `npm run attack -- --compare` -->';
const END = '<!-- end: written by `npm run attack -- --compare` -->';
const path = fileURLToPath(new URL('../../../docs/reference/attacks.md', import.meta.url));
const OURS = 'nestjs-thrift';

/** Puts the results into docs/reference/attacks.md; returns its path. */
export async function writeReport(
  attacks: readonly Attack[],
  results: readonly Result[],
): Promise<string> {
  const text = await readFile(path, 'utf8');
  const updated = withReport(text, reportOf(attacks, results));
  await writeFile(path, await format(updated, { parser: 'markdown', printWidth: 100 }));
  return path;
}

/**
 * Replaces what stands between the markers.
 *
 * @throws Error for a text without them.
 */
export function withReport(text: string, report: string): string {
  const [start, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (start < 0 || end < start) {
    throw new Error(`${path} has no lines "${BEGIN}" and "${END}" to write between`);
  }
  return `${text.slice(0, start + BEGIN.length)}\n\n${report}\n\n${text.slice(end)}`;
}

/** Tables of what came of all attacks, and of those that other stacks were under too. */
export function reportOf(attacks: readonly Attack[], results: readonly Result[]): string {
  const resultOf = (name: string, stack: string): Result | undefined =>
    results.find((result) => result.name === name && result.stack === stack);
  const own = attacks.map(({ name, does, holds }) => {
    const result = resultOf(name, OURS);
    return [`\`${name}\``, does, holds, verdict(result), ...figures(result)];
  });
  const compared = attacks
    .filter(({ comparedWith }) => comparedWith !== undefined)
    .map(({ name }) => [
      `\`${name}\``,
      ...STACK_NAMES.map((stack) => summary(resultOf(name, stack))),
    ]);
  return [
    `Node.js ${process.versions.node}, ${availableParallelism()} processors.`,
    '### All attacks',
    table(
      ['attack', 'what it does', 'what must hold', 'held', 'neighbour', 'memory', 'stall'],
      own,
    ),
    '### The same attacks on other stacks',
    table(['attack', ...STACK_NAMES], compared),
  ].join('\n\n');
}

function figures(result: Result | undefined): string[] {
  if (result === undefined) {
    return ['–', '–', '–'];
  }
  const { succeeded, failed } = result.neighbour;
  return [
    failed === 0 ? `${succeeded} calls` : `${failed} of ${succeeded + failed} calls failed`,
    `${megabytes(result.peakMb)} MB`,
    `${milliseconds(result.stallMs)} ms`,
  ];
}

function verdict(result: Result | undefined): string {
  if (result === undefined) {
    return '–';
  }
  return result.passed ? 'yes' : '**no**';
}

function summary(result: Result | undefined): string {
  if (result === undefined) {
    return 'does not apply';
  }
  const figuresOf = figures(result).join(', ');
  return result.passed
    ? `holds: ${figuresOf}`
    : `**does not hold**: ${figuresOf}; ${reason(result)}`;
}

/** What did not hold, cut off where a table would no longer be one. */
function reason({ outcome }: Result): string {
  const MAX_CHARACTERS = 160;
  return outcome.length > MAX_CHARACTERS ? `${outcome.slice(0, MAX_CHARACTERS)} …` : outcome;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
