import { defineRule } from '../lint-rule.js';
import { fieldLists } from '../walk.js';

/** Ids begin with 1. */
export const fieldIdPositive = defineRule({
  name: 'field-id-positive',
  summary: 'a written field id is 1 or more',
  reason:
    'Id 0 is that of the result in a reply, and negative ids are those of fields without one; some compilers refuse both.',
  severity: 'error',
  check({ syntax }, report) {
    for (const { title, fields } of fieldLists(syntax)) {
      for (const { name, offset, id } of fields) {
        if (id !== undefined && id <= 0n) {
          report(offset, `"${name}" of ${title} has id ${id}; ids begin with 1`);
        }
      }
    }
  },
});
