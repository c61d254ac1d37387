import { defineRule } from '../lint-rule.js';

/** One name for each value. */
export const enumUniqueValues = defineRule({
  name: 'enum-unique-values',
  summary: 'no two members of an enum have the same value',
  reason:
    'Only the number goes over the wire: the reader cannot tell which of the two was meant, and some languages do not compile.',
  severity: 'error',
  check({ schema }, report) {
    for (const { name: owner, members } of schema.enums) {
      const names = new Map<number, string>();
      for (const { name, value, position } of members) {
        const other = names.get(value);
        if (other === undefined) {
          names.set(value, name);
        } else {
          report(position, `"${name}" and "${other}" of enum "${owner}" are both ${value}`);
        }
      }
    }
  },
});
