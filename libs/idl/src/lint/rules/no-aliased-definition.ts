import { defineRule } from '../lint-rule.js';

/** Typedefs name what has no name. */
export const noAliasedDefinition = defineRule({
  name: 'no-aliased-definition',
  summary: 'a typedef does not rename a struct or an enum, nor another typedef',
  reason:
    'One thing with two names: readers take them for two things, and generated code has both.',
  severity: 'warn',
  check({ schema }, report) {
    for (const { name, position, type } of schema.typedefs) {
      const renamed = type.alias ?? ('ref' in type ? type.ref : undefined);
      if (renamed === undefined) {
        continue;
      }
      report(position, `typedef "${name}" is another name for "${renamed.name}"; use that one`);
    }
  },
});
