import { tableBehind } from '../../../test/markdown-table.js';
import type { ChoiceOption, WordsOption } from '../rule-options.js';
import { LINT_RULES } from './index.js';

function describeOption([name, spec]: [string, ChoiceOption | WordsOption]): string {
  const values =
    'words' in spec
      ? `a list, by default \`[${spec.default.join(', ')}]\``
      : spec.choices.join(', ');
  const choices = 'words' in spec && spec.choices ? ` of ${spec.choices.join(', ')}` : '';
  return `\`${name}\`: ${values}${choices}`;
}

describe('docs/guides/idl-lint.md', () => {
  it('has every rule, as it is', () => {
    const rows = LINT_RULES.map(({ name, severity, fixable, summary, reason }) => [
      `\`${name}\``,
      severity,
      fixable ? 'yes' : '',
      `${summary.charAt(0).toUpperCase()}${summary.slice(1)}. ${reason}`,
    ]);

    expect(tableBehind('docs/guides/idl-lint.md', '## The rules')).toEqual(rows);
  });

  it('has every option, as it is', () => {
    const rows = LINT_RULES.flatMap(({ name, options }) =>
      Object.entries(options).map((option) => [`\`${name}\``, describeOption(option)]),
    );

    expect(tableBehind('docs/guides/idl-lint.md', '### Options of rules')).toEqual(rows);
  });
});
