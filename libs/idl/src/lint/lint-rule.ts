import type { Diagnostic } from '../errors/diagnostic.js';
import type { TextEdit } from './text-edit.js';
import type { SourcePosition } from '../schema/schema.js';
import type { LintedFile } from './load-linted-files.js';
import type { OptionSpecs, OptionValues } from './rule-options.js';

/** One place in a file that a rule objects to. */
export interface LintFinding extends Diagnostic {
  /** Name of the rule. */
  readonly rule: string;
  readonly severity: 'warn' | 'error';
  /** Edits that put it right without changing what the IDL means, if the rule knows any. */
  readonly fix?: readonly TextEdit[];
}

/** How much a finding weighs; `off` keeps a rule from running. */
export type LintSeverity = 'off' | 'warn' | 'error';

/** The description of a rule for users. */
export interface LintRuleInfo {
  readonly name: string;
  /** What the rule requires, in one line. */
  readonly summary: string;
  /** Why anybody should care, in one or two sentences. */
  readonly reason: string;
  /** Severity unless the configuration says otherwise. */
  readonly severity: LintSeverity;
  /** Whether some of its findings can be fixed without changing what the IDL means. */
  readonly fixable: boolean;
  readonly options: OptionSpecs;
}

/**
 * Reports one problem: the offset in the file or the position it is at, what is wrong, and the edits that put it
 * right. Edits must leave everything but the problem as it was.
 */
export type Report = (
  at: number | SourcePosition,
  message: string,
  fix?: readonly TextEdit[],
) => void;

/** A rule that looks at one file at a time. */
export interface LintRule extends LintRuleInfo {
  check(file: LintedFile, report: Report, options: OptionValues<OptionSpecs>): void;
}

interface RuleDefinition<Specs extends OptionSpecs> {
  readonly name: string;
  readonly summary: string;
  readonly reason: string;
  readonly severity: LintSeverity;
  readonly fixable?: boolean;
  readonly options?: Specs;
  check(file: LintedFile, report: Report, options: OptionValues<Specs>): void;
}

/** Completes a rule; its check receives options of the types that it declares. */
export function defineRule<const Specs extends OptionSpecs = Record<never, never>>(
  rule: RuleDefinition<Specs>,
): LintRule {
  return { fixable: false, options: {}, ...rule };
}
