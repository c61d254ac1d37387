import { defineRule } from '../lint-rule.js';
import { isWrittenIn, writeIn } from '../word-case.js';

/** Enum members and constants in UPPER_CASE. */
export const upperCaseNaming = defineRule({
  name: 'upper-case-naming',
  summary: 'names of enum members and constants are in UPPER_CASE',
  reason:
    'They stand next to types and variables in generated code, where only the case distinguishes them.',
  severity: 'warn',
  check({ syntax }, report) {
    const members = syntax.enums.flatMap((definition) => definition.members);
    for (const { name, offset } of [...members, ...syntax.constants]) {
      if (isWrittenIn('UPPER_CASE', name)) {
        continue;
      }
      report(offset, `"${name}" is not in UPPER_CASE; call it ${writeIn('UPPER_CASE', name)}`);
    }
  },
});
