import { defineRule } from '../lint-rule.js';
import { fieldLists } from '../walk.js';

/** Fields stand in the order of their ids. */
export const fieldIdOrder = defineRule({
  name: 'field-id-order',
  summary: 'fields stand in the order of their ids',
  reason: 'The next free id is then the one after the last field, and no id is used twice.',
  severity: 'warn',
  check({ syntax }, report) {
    for (const { title, fields } of fieldLists(syntax)) {
      let highest = 0n;
      for (const { name, offset, id } of fields) {
        if (id === undefined || id <= 0n) {
          continue;
        }
        if (id < highest) {
          report(offset, `"${name}" of ${title} has id ${id} but stands behind id ${highest}`);
        } else {
          highest = id;
        }
      }
    }
  },
});
