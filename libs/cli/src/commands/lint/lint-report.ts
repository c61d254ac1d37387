import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import { writeOutputFiles } from '../../terminal/output-files.js';
import { LINT_RULES, type LintFinding, type LintSeverity } from '@nestjs-thrift/idl';
import type { Finding, FindingReport, FindingRule } from '../../findings/finding.js';

/**
 * Writes the texts of files that were fixed: all or none.
 *
 * @throws {CommandFailure} if one of the files has bytes that would be lost, or cannot be written.
 */
export function writeFixed(texts: ReadonlyMap<string, string>, folder: string): void {
  for (const file of texts.keys()) {
    if (isUtf8(readFileSync(resolve(folder, file)))) {
      continue;
    }
    throw new CommandFailure(
      EXIT_CODES.INPUT,
      `${file} is not UTF-8, so --fix leaves all files alone; convert it first`,
    );
  }
  writeOutputFiles(
    Array.from(texts, ([name, text]) => ({ name, path: resolve(folder, name), text })),
  );
}

const RULES = LINT_RULES.map(({ name, summary, reason, severity }): FindingRule => ({
  name,
  summary,
  reason,
  level: levelOf(severity),
}));

const REASONS = new Map(RULES.map(({ name, reason }) => [name, reason]));

/** What the linter found, with the reason of each rule that objects. */
export function lintReport(found: readonly LintFinding[]): FindingReport {
  return {
    findings: found.map(toFinding),
    notesWith: 'first',
    rules: RULES,
    documentation: 'docs/guides/idl-lint.md',
  };
}

function toFinding(found: LintFinding): Finding {
  const { rule, severity, file, line, column, message, sourceLine } = found;
  const reason = REASONS.get(rule);
  return {
    rule,
    level: levelOf(severity),
    file,
    line,
    column,
    message,
    sourceLine,
    ...(reason === undefined ? {} : { notes: [reason] }),
  };
}

function levelOf(severity: LintSeverity): Finding['level'] {
  return severity === 'error' ? 'error' : 'warning';
}
