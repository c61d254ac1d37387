import { defineRule } from '../lint-rule.js';
import { fieldLists } from '../walk.js';

/** Every field has a written id. */
export const fieldIdExplicit = defineRule({
  name: 'field-id-explicit',
  summary: 'a field, parameter or exception of a throws clause has a written id',
  reason:
    'Without one Apache Thrift counts down from -1 and Kitex up from 1: peers skip the fields of each other, and a field ' +
    'put between two others changes the ids of those behind it.',
  severity: 'error',
  check({ syntax }, report) {
    for (const { title, fields } of fieldLists(syntax)) {
      for (const { name, offset, id } of fields) {
        if (id === undefined) {
          report(offset, `"${name}" of ${title} has no id; write one, such as 1:`);
        }
      }
    }
  },
});
