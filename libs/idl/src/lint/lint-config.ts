import type { LintSeverity } from './lint-rule.js';
import { LINT_RULES } from './rules/index.js';
import {
  defaultOptions,
  optionFault,
  type OptionSpecs,
  type OptionValues,
} from './rule-options.js';

/** What is configured for one rule. */
export interface RuleSetting {
  readonly severity: LintSeverity;
  readonly options: OptionValues<OptionSpecs>;
}

/** The setting of every rule, by its name. */
export type LintConfig = ReadonlyMap<string, RuleSetting>;

/** A configuration that cannot be used; `issues` holds all that is wrong with it. */
export class LintConfigError extends Error {
  /** Stable name of the failure. */
  readonly code = 'INVALID_LINT_CONFIG';

  constructor(readonly issues: readonly string[]) {
    super(issues.join('\n'));
    this.name = 'LintConfigError';
  }
}

const SEVERITIES: readonly unknown[] = ['off', 'warn', 'error'];

/**
 * Completes a configuration with the defaults of all rules.
 *
 * @param value `{ rules: { name: severity, other: { severity, option: value } } }`, as parsed from YAML or JSON;
 *   `severity` is `off`, `warn` or `error`. Nothing configures nothing.
 * @throws {LintConfigError} naming every fault with its place.
 */
export function resolveLintConfig(value: unknown = {}): LintConfig {
  const issues: string[] = [];
  const configured = rulesOf(value, issues);
  const config = new Map<string, RuleSetting>();
  for (const { name, severity, options } of LINT_RULES) {
    const setting = { severity, options: defaultOptions(options) };
    config.set(name, override(setting, configured[name], options, `rules.${name}`, issues));
  }
  for (const name of Object.keys(configured)) {
    if (!config.has(name)) {
      issues.push(`rules.${name}: there is no such rule`);
    }
  }
  if (issues.length > 0) {
    throw new LintConfigError(issues);
  }
  return config;
}

function rulesOf(value: unknown, issues: string[]): Record<string, unknown> {
  if (!isRecord(value)) {
    issues.push('the whole: must be an object such as { rules: { … } }');
    return {};
  }
  const { rules = {}, ...rest } = value;
  for (const key of Object.keys(rest)) {
    issues.push(`${key}: is not known; there is only rules`);
  }
  if (isRecord(rules)) {
    return rules;
  }
  issues.push('rules: must be an object with a severity for each rule named');
  return {};
}

function override(
  { severity, options }: RuleSetting,
  configured: unknown,
  specs: OptionSpecs,
  place: string,
  issues: string[],
): RuleSetting {
  const { severity: written = severity, ...given } = isRecord(configured)
    ? configured
    : { severity: configured };
  // YAML 1.1 readers make a boolean of `off`.
  const chosen = written === false ? 'off' : written;
  if (!isSeverity(chosen)) {
    issues.push(`${place}: the severity must be off, warn or error`);
  }
  for (const [name, value] of Object.entries(given)) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    const fault = spec === undefined ? unknownOption(specs) : optionFault(spec, value);
    if (fault !== undefined) {
      issues.push(`${place}.${name}: ${fault}`);
    }
  }
  return {
    severity: isSeverity(chosen) ? chosen : severity,
    options: { ...options, ...(given as OptionValues<OptionSpecs>) },
  };
}

function unknownOption(specs: OptionSpecs): string {
  const known = Object.keys(specs).join(', ');
  return known === '' ? 'the rule has no options' : `the rule knows only ${known}`;
}

function isSeverity(value: unknown): value is LintSeverity {
  return SEVERITIES.includes(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
