import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { parse } from 'yaml';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { GenOptions } from './file-generator.js';
import { declareInput } from './input-options.js';

const FILE_NAMES = ['nestjs-thrift.yaml', 'nestjs-thrift.yml', 'nestjs-thrift.json'];

/** What one run of `gen` generates from, and how. */
export interface GenInput {
  readonly patterns: readonly string[];
  readonly options: GenOptions;
}

/** The inputs of a configuration file. */
export interface GenConfig {
  /** Folder that the paths in the file start from. */
  readonly folder: string;
  readonly inputs: readonly GenInput[];
}

/**
 * Reads the file with the inputs of `gen`: the one that is named, or the one in the working folder. An input has the options
 * of the command line by their names in camelCase, and `idl` for the patterns.
 *
 * @throws {CommandFailure} if there is no such file, or it is wrong.
 */
export function loadGenConfig(named: string | undefined, cwd: string): GenConfig {
  const file = named ?? FILE_NAMES.find((name) => existsSync(join(cwd, name)));
  if (file === undefined) {
    throw new CommandFailure(
      EXIT_CODES.USAGE,
      `name the IDL, as in: nestjs-thrift gen 'idl/**/*.thrift' -o src/gen; or write ${FILE_NAMES[0]} with what to generate`,
    );
  }
  try {
    // YAML is a superset of JSON; aliases are bounded, so that a small file cannot unfold into a huge one.
    const text = readFileSync(resolve(cwd, file), 'utf8');
    const value = parse(text, { maxAliasCount: 100 }) as { readonly gen?: unknown } | null;
    if (!Array.isArray(value?.gen) || value.gen.length === 0) {
      throw new Error('it must have a list "gen" with one input at least');
    }
    const inputs = value.gen.map((input, index) => readInput(input, index));
    return { folder: dirname(resolve(cwd, file)), inputs };
  } catch (error) {
    throw new CommandFailure(EXIT_CODES.INPUT, `cannot use ${file}: ${(error as Error).message}`);
  }
}

/** The command line that an input stands for, read as a command line is. */
function readInput(input: unknown, index: number): GenInput {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new Error(`input ${index + 1} must be an object with idl and out`);
  }
  const { idl, ...options } = input as Readonly<Record<string, unknown>>;
  const argv = [...list(idl).map(String), ...Object.entries(options).flatMap(toFlags)];
  const command = declareInput(new Command('gen'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  let parsed: GenInput | undefined;
  command.action((patterns: string[], given: GenOptions) => {
    parsed = { patterns, options: given };
  });
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    throw new Error(`input ${index + 1}: ${error.message.replace(/^error: /, '')}`);
  }
  if (parsed === undefined || parsed.patterns.length === 0 || parsed.options.out === undefined) {
    throw new Error(`input ${index + 1} needs idl, which names .thrift files, and the folder out`);
  }
  return parsed;
}

function toFlags([name, value]: readonly [string, unknown]): string[] {
  const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (typeof value === 'boolean') {
    return value ? [flag] : [];
  }
  return list(value).map((each) => `${flag}=${String(each)}`);
}

function list(value: unknown): unknown[] {
  return value === undefined ? [] : [value].flat();
}
