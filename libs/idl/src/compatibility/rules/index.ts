import type { BreakLevel, CompatibilityRule, RuleText } from '../compatibility-rule.js';
import { BEHAVIOUR_RULES } from './behaviour-rules.js';
import { HTTP_RULES } from './http-rules.js';
import { SOURCE_RULES } from './source-rules.js';
import { WIRE_RULES } from './wire-rules.js';

/** Name of a rule. */
export type CompatibilityRuleName =
  | keyof typeof WIRE_RULES
  | keyof typeof HTTP_RULES
  | keyof typeof SOURCE_RULES
  | keyof typeof BEHAVIOUR_RULES;

/** All changes that break something, the gravest first. */
export const COMPATIBILITY_RULES: readonly CompatibilityRule[] = [
  ...withLevel('wire-breaking', WIRE_RULES),
  ...withLevel('wire-breaking', HTTP_RULES),
  ...withLevel('source-breaking', SOURCE_RULES),
  ...withLevel('behaviour', BEHAVIOUR_RULES),
];

function withLevel(
  level: BreakLevel,
  texts: Readonly<Record<string, RuleText>>,
): CompatibilityRule[] {
  return Object.entries(texts).map(([name, text]) => ({ name, level, ...text }));
}
