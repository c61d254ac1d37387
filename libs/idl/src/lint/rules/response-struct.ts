import { defineRule } from '../lint-rule.js';

/** Methods return a struct of their own. */
export const responseStruct = defineRule({
  name: 'response-struct',
  summary: 'a method returns a struct whose name ends in Response, or void',
  reason:
    'A number or a list can never be joined by a second value, such as the token of the next page; a struct gains ' +
    'fields at any time.',
  severity: 'warn',
  check({ schema }, report) {
    for (const { name, returns, position } of schema.services.flatMap((s) => s.methods)) {
      if (returns === undefined) {
        continue;
      }
      if (returns.kind === 'struct' && returns.ref.name.endsWith('Response')) {
        continue;
      }
      const shown = returns.kind === 'struct' ? returns.ref.name : `a bare ${returns.kind}`;
      report(position, `"${name}" returns ${shown}; return a struct whose name ends in Response`);
    }
  },
});
