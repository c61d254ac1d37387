import { defineRule } from '../lint-rule.js';
import { fieldLists } from '../walk.js';

/** For those who promise nothing for ever. */
export const noRequired = defineRule({
  name: 'no-required',
  summary: 'no field is required; off by default, because many services rely on the check',
  reason:
    'A required field can never be removed nor made optional: a peer that still requires it rejects the whole message.',
  severity: 'off',
  check({ syntax }, report) {
    for (const { title, fields } of fieldLists(syntax)) {
      for (const { name, offset, requiredness } of fields) {
        if (requiredness !== 'required') {
          continue;
        }
        report(
          offset,
          `"${name}" of ${title} is required for ever; make it optional and check it in code`,
        );
      }
    }
  },
});
