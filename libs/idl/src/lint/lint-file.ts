import { printable } from '../errors/printable.js';
import { resolveLintConfig, type LintConfig, type RuleSetting } from './lint-config.js';
import type { LintFinding } from './lint-rule.js';
import { loadLintedFiles, type LintSources, type LintedFile } from './load-linted-files.js';
import type { SourcePosition } from '../schema/schema.js';
import { CHECKING_RULES } from './rules/index.js';
import { UNUSED_SUPPRESSION } from './rules/unused-suppression.js';
import { findSuppressions, type Suppression } from './suppressions.js';
import type { TextEdit } from './text-edit.js';

/**
 * Holds files against the rules.
 *
 * @param config from {@link resolveLintConfig}; the defaults of all rules if left out.
 * @returns what was found, file by file in the order of their paths and from top to bottom.
 * @throws {IdlError} if the files have faults, or files they include.
 */
export function lintFiles(
  sources: LintSources,
  config: LintConfig = resolveLintConfig(),
): LintFinding[] {
  const files = loadLintedFiles(sources).sort((a, b) => (a.source.file < b.source.file ? -1 : 1));
  return files.flatMap((file) => lintFile(file, config));
}

/** What the rules have to say of one file, in the order of its lines. */
export function lintFile(file: LintedFile, config: LintConfig): LintFinding[] {
  const suppressions = findSuppressions(file);
  const used = new Set<Suppression>();
  const findings: LintFinding[] = [];
  for (const rule of CHECKING_RULES) {
    const { severity, options } = settingOf(rule.name, config);
    if (severity === 'off') {
      continue;
    }
    rule.check(
      file,
      (at, message, fix) => {
        const finding = findingAt(file, at, { rule: rule.name, severity, message, fix });
        const silencing = suppressions.filter((suppression) => silences(suppression, finding));
        for (const suppression of silencing) {
          used.add(suppression);
        }
        if (silencing.length === 0) {
          findings.push(finding);
        }
      },
      options,
    );
  }
  const unused = suppressions.filter((suppression) => !used.has(suppression));
  findings.push(...reportUnused(file, unused, config));
  return findings.sort((a, b) => a.line - b.line || a.column - b.column);
}

function reportUnused(
  file: LintedFile,
  unused: readonly Suppression[],
  config: LintConfig,
): LintFinding[] {
  const { severity } = settingOf(UNUSED_SUPPRESSION.name, config);
  if (severity === 'off') {
    return [];
  }
  return unused.flatMap(({ rule, offset, line }) => {
    // A rule that does not run has nothing to be silenced.
    if (config.get(rule)?.severity === 'off') {
      return [];
    }
    const message = explainUnused(rule, line, config);
    return [findingAt(file, offset, { rule: UNUSED_SUPPRESSION.name, severity, message })];
  });
}

function explainUnused(rule: string, line: Suppression['line'], config: LintConfig): string {
  if (rule === '') {
    return 'the comment names no rule to disable';
  }
  if (!config.has(rule)) {
    return `there is no rule "${rule}" to disable`;
  }
  return `"${rule}" finds nothing in ${line === 'all' ? 'this file' : `line ${line}`}; remove the comment`;
}

function settingOf(rule: string, config: LintConfig): RuleSetting {
  const setting = config.get(rule);
  if (setting === undefined) {
    throw new RangeError(`the configuration lacks the rule "${rule}"`);
  }
  return setting;
}

function silences({ rule, line }: Suppression, finding: LintFinding): boolean {
  return rule === finding.rule && (line === 'all' || line === finding.line);
}

function findingAt(
  { source }: LintedFile,
  at: number | SourcePosition,
  {
    fix,
    ...rest
  }: Pick<LintFinding, 'rule' | 'severity' | 'message'> & {
    readonly fix?: readonly TextEdit[] | undefined;
  },
): LintFinding {
  const position = typeof at === 'number' ? source.positionAt(at) : at;
  return {
    ...rest,
    message: printable(rest.message),
    file: source.file,
    ...position,
    sourceLine: source.lineAt(position.line),
    ...(fix === undefined ? {} : { fix }),
  };
}
