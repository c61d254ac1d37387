import { defineRule } from '../lint-rule.js';
import { fieldLists } from '../walk.js';

/** A required field has no default value. */
export const noRequiredDefault = defineRule({
  name: 'no-required-default',
  summary: 'a required field has no default value',
  reason:
    'A message without the field is rejected, so a reader never gets to use the default: the two contradict each other.',
  severity: 'warn',
  check({ syntax }, report) {
    for (const { title, fields } of fieldLists(syntax)) {
      for (const { name, offset, requiredness, defaultValue } of fields) {
        if (requiredness !== 'required' || defaultValue === undefined) {
          continue;
        }
        report(
          offset,
          `"${name}" of ${title} is required, so its default value is never read; make it optional`,
        );
      }
    }
  },
});
