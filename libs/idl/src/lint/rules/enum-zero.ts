import { defineRule } from '../lint-rule.js';

/** Zero means something. */
export const enumZero = defineRule({
  name: 'enum-zero',
  summary: 'an enum has a member with the value 0, best one that says unknown',
  reason:
    'In C++, Go and others an enum that was never set is 0; without a name for it an unset value looks like an invalid one.',
  severity: 'warn',
  check({ schema }, report) {
    for (const { name, position, members } of schema.enums) {
      if (members.length === 0 || members.some(({ value }) => value === 0)) {
        continue;
      }
      report(position, `enum "${name}" has no member for 0; add one such as UNKNOWN = 0`);
    }
  },
});
