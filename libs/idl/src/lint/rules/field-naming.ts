import { defineRule } from '../lint-rule.js';
import { fieldLists } from '../walk.js';
import { isWrittenIn, writeIn } from '../word-case.js';

/** Fields and parameters in one case. */
export const fieldNaming = defineRule({
  name: 'field-naming',
  summary: 'names of fields and parameters are in one case; the names in a throws clause are free',
  reason:
    'Names become keys of JSON and columns of logs; one spelling everywhere is one less thing to look up.',
  severity: 'warn',
  options: { style: { choices: ['snake_case', 'camelCase'], default: 'snake_case' } },
  check({ syntax }, report, { style }) {
    for (const { kind, title, fields } of fieldLists(syntax)) {
      if (kind === 'throws') {
        continue;
      }
      for (const { name, offset } of fields) {
        if (isWrittenIn(style, name)) {
          continue;
        }
        report(offset, `"${name}" of ${title} is not in ${style}; call it ${writeIn(style, name)}`);
      }
    }
  },
});
