import { defineRule } from '../lint-rule.js';
import { fieldLists } from '../walk.js';

/** Services of Kitex keep it for the field base. */
const BASE_ID = 255n;

/** Ids count up from 1. */
export const fieldIdGap = defineRule({
  name: 'field-id-gap',
  summary:
    'field ids count up from 1 without a gap; id 255, which Kitex services keep for base, may stand alone',
  reason:
    'A gap looks like a mistake, and invites others to fill it with an id that an older version gave to something ' +
    'else. Where a field was removed, state it in the comment that disables the rule.',
  severity: 'warn',
  check({ syntax }, report) {
    for (const { title, fields } of fieldLists(syntax)) {
      const written = fields.filter(({ id }) => id !== undefined && id > 0n && id !== BASE_ID);
      let last = 0n;
      for (const { name, offset, id = 0n } of written.sort((a, b) => Number(a.id) - Number(b.id))) {
        if (id > last + 1n) {
          report(offset, `ids of ${title} go from ${last} to ${id} at "${name}"`);
        }
        last = id;
      }
    }
  },
});
