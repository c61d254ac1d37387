import { defineRule } from '../lint-rule.js';
import { definitions } from '../walk.js';
import { isWrittenIn, writeIn } from '../word-case.js';

/** Types and services in PascalCase. */
export const typeNaming = defineRule({
  name: 'type-naming',
  summary: 'names of types and services are in PascalCase',
  reason:
    'Generated code takes the names over; a lower-case one is not exported in Go, and reads like a variable elsewhere.',
  severity: 'warn',
  check({ syntax }, report) {
    for (const [kind, { name, offset }] of definitions(syntax)) {
      if (isWrittenIn('PascalCase', name)) {
        continue;
      }
      report(
        offset,
        `${kind} "${name}" is not in PascalCase; call it ${writeIn('PascalCase', name)}`,
      );
    }
  },
});
