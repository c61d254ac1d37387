import type { LintRuleInfo } from '../lint-rule.js';

/** Suppressions are looked after by the linter itself, which alone knows what they silenced. */
export const UNUSED_SUPPRESSION: LintRuleInfo = {
  name: 'unused-suppression',
  summary: 'a comment that disables a rule silences something',
  reason: 'A comment that outlived its reason hides the next finding of the rule unintentionally.',
  severity: 'warn',
  fixable: false,
  options: {},
};
