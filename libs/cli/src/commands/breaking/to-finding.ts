import { COMPATIBILITY_RULES, type Incompatibility } from '@nestjs-thrift/idl';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { Finding } from '../../findings/finding.js';
import type { IdlVersion } from './load-version.js';

/**
 * The rules that words stand for: each its own name, or the level of several.
 *
 * @throws {CommandFailure} if a word is neither.
 */
export function ignoredRules(words: readonly string[]): ReadonlySet<string> {
  const names = words.flatMap((word) => {
    const meant = COMPATIBILITY_RULES.filter(({ name, level }) => name === word || level === word);
    if (meant.length > 0) {
      return meant.map(({ name }) => name);
    }
    const levels = [...new Set(COMPATIBILITY_RULES.map(({ level }) => level))].join(', ');
    throw new CommandFailure(
      EXIT_CODES.USAGE,
      `--ignore ${word}: there is no such rule, and the levels are ${levels}`,
    );
  });
  return new Set(names);
}

/** Both versions that were compared. */
export interface Versions {
  readonly old: IdlVersion;
  readonly new: IdlVersion;
}

/** An incompatibility as findings are shown. */
export function toFinding(found: Incompatibility, versions: Versions): Finding {
  const { rule, message, version, file, position } = found;
  const { line, column } = position ?? { line: 1, column: 1 };
  return {
    rule: rule.name,
    level: levelOf(rule),
    category: rule.level,
    file: versions[version].display(file),
    line,
    column,
    message,
    sourceLine: position === undefined ? '' : lineOf(versions[version].readFile(file) ?? '', line),
    notes: [rule.consequence, `Fix: ${rule.wayOut}`],
    ...(version === 'old' ? { anchor: anchorOf(file, versions) } : {}),
  };
}

/** What breaks messages or code fails the check; what merely behaves in another way is for people to weigh. */
export function levelOf({ level }: Incompatibility['rule']): Finding['level'] {
  return level === 'behaviour' ? 'warning' : 'error';
}

function anchorOf(oldFile: string, { old, new: now }: Versions): Finding['anchor'] {
  return { file: now.display(old.renamedFiles?.[oldFile] ?? oldFile), line: 1, column: 1 };
}

function lineOf(text: string, line: number): string {
  const withoutMark = text.startsWith('\ufeff') ? text.slice(1) : text;
  return withoutMark.split(/\r\n|\r|\n/)[line - 1] ?? '';
}
