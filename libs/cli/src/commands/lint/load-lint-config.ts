import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LintConfigError, resolveLintConfig, type LintConfig } from '@nestjs-thrift/idl';
import { parse } from 'yaml';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';

const FILE_NAMES = ['.thriftlintrc.yaml', '.thriftlintrc.yml', '.thriftlintrc.json'];

/**
 * Reads the configuration: the file that is named, or else the nearest one in the working folder and those above it.
 *
 * @throws {CommandFailure} if there is no such file, or it is wrong.
 */
export function loadLintConfig(named: string | undefined, cwd: string): LintConfig {
  const file = named === undefined ? findUpwards(cwd) : resolve(cwd, named);
  if (file === undefined) {
    return resolveLintConfig();
  }
  try {
    // YAML is a superset of JSON; aliases are bounded, so that a small file cannot unfold into a huge one.
    const value: unknown = parse(readFileSync(file, 'utf8'), { maxAliasCount: 100 }) ?? {};
    return resolveLintConfig(value);
  } catch (error) {
    throw new CommandFailure(EXIT_CODES.INPUT, `cannot use ${named ?? file}: ${explain(error)}`);
  }
}

function findUpwards(start: string): string | undefined {
  let folder = resolve(start);
  for (;;) {
    const found = FILE_NAMES.map((name) => join(folder, name)).find((file) => existsSync(file));
    const parent = dirname(folder);
    if (found !== undefined || parent === folder) {
      return found;
    }
    folder = parent;
  }
}

function explain(error: unknown): string {
  if (error instanceof LintConfigError && error.issues.length > 1) {
    return error.issues.map((issue) => `\n  ${issue}`).join('');
  }
  const { message } = error as Error;
  return message.split('\n', 1)[0] ?? message;
}
