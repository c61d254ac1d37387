import { LINT_RULES, type LintFinding, type LintSeverity } from '@nestjs-thrift/idl';
import type { Finding, FindingReport, FindingRule } from '../../findings/finding.js';

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
    documentation: 'docs/idl-lint.md',
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
