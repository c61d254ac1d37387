import { defineRule } from '../lint-rule.js';

/** Every member has a written value. */
export const enumExplicitValues = defineRule({
  name: 'enum-explicit-values',
  summary: 'a member of an enum has a written value',
  reason:
    'Values that are counted change for all members behind one that is put in or taken out, and only numbers go over the wire.',
  severity: 'warn',
  fixable: true,
  check({ syntax, schema }, report) {
    for (const [index, { members }] of syntax.enums.entries()) {
      for (const [place, { name, offset, value }] of members.entries()) {
        const counted = schema.enums[index]?.members[place]?.value;
        if (value !== undefined || counted === undefined) {
          continue;
        }
        const end = offset + name.length;
        const edit = { start: end, end, text: ` = ${counted}` };
        report(offset, `"${name}" gets its value ${counted} by counting; write it`, [edit]);
      }
    }
  },
});
