import { defineRule } from '../lint-rule.js';

/** Exceptions are known by their names. */
export const exceptionNaming = defineRule({
  name: 'exception-naming',
  summary:
    'the name of an exception ends in one of the suffixes; off by default, for UserNotFound is clear as it is',
  reason: 'In code that catches it, an exception should not look like data.',
  severity: 'off',
  options: { suffixes: { words: true, default: ['Exception', 'Error'] } },
  check({ syntax }, report, { suffixes }) {
    for (const { kind, name, offset } of syntax.structs) {
      if (kind !== 'exception' || suffixes.some((suffix) => name.endsWith(suffix))) {
        continue;
      }
      report(offset, `exception "${name}" does not end in ${suffixes.join(' or ')}`);
    }
  },
});
