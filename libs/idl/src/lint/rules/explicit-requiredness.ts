import { defineRule } from '../lint-rule.js';
import { fieldLists } from '../walk.js';

/** Fields of structs and exceptions say whether they are required. */
export const explicitRequiredness = defineRule({
  name: 'explicit-requiredness',
  summary: 'a field of a struct or exception says required or optional',
  reason:
    'Without the word languages differ: some always send the field, with a zero where nothing was set, and others ' +
    'leave it out. Optional is the word that can be taken back.',
  severity: 'warn',
  check({ syntax }, report) {
    for (const { kind, title, fields } of fieldLists(syntax)) {
      if (kind !== 'struct' && kind !== 'exception') {
        continue;
      }
      for (const { name, offset, requiredness } of fields) {
        if (requiredness !== 'default') {
          continue;
        }
        report(
          offset,
          `"${name}" of ${title} is neither required nor optional; write one of the words`,
        );
      }
    }
  },
});
