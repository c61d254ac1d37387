import { readFileSync } from 'node:fs';
import { snippetsOf, type Snippet } from '../docs/markdown.js';
import type { Newcomer } from './newcomer.js';

const LANGUAGES = ['sh', 'thrift', 'ts', 'go', 'json', 'js'];

/** The blocks of the section under a heading, those of its subsections included. */
export function sectionOf(page: string, heading: string): Snippet[] {
  const lines = readFileSync(page, 'utf8').split('\n');
  const start = lines.findIndex(
    (line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading,
  );
  if (start === -1) {
    throw new Error(`${page} has no heading "${heading}"`);
  }
  const level = /^#+/.exec(lines[start]!)![0].length;
  let isCode = false;
  const end = lines.findIndex((line, index) => {
    isCode = line.trimStart().startsWith('```') ? !isCode : isCode;
    const [hashes] = isCode ? [] : (/^#+(?= )/.exec(line) ?? []);
    return index > start && hashes !== undefined && hashes.length <= level;
  });
  return snippetsOf(page, LANGUAGES).filter(
    ({ line }) => line > start && (end === -1 || line <= end),
  );
}

/** The path that the text before a block names, such as `idl/user.thrift`. */
export function pathOf({ file, line, language }: Snippet): string | undefined {
  const before = readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, line - 1)
    .findLast((text) => text.trim() !== '' && !/^ *```|^<!--/.test(text));
  const paths = [...(before ?? '').matchAll(/`([\w./-]+)`/g)].map(([, path]) => path!);
  return paths.findLast((path) => path.endsWith(`.${language}`));
}

/** Runs the commands of shell blocks; returns the output of the last one. */
export async function typeAll(newcomer: Newcomer, snippets: readonly Snippet[]): Promise<string> {
  let output = '';
  for (const { code } of snippets.filter(({ language }) => language === 'sh')) {
    for (const line of code.split('\n').filter((text) => text !== '' && !text.startsWith('#'))) {
      output = await newcomer.type(line);
    }
  }
  return output;
}

/** @throws Error that shows the output if it does not have what is expected. */
export function requireMatch(output: string, expected: RegExp | string): void {
  const matches = typeof expected === 'string' ? output.includes(expected) : expected.test(output);
  if (!matches) {
    throw new Error(`the output has no ${String(expected)}:\n${output}`);
  }
}
