import type { MethodSyntax } from '../../parser/syntax.js';
import { defineRule } from '../lint-rule.js';
import { isWrittenIn, writeIn } from '../word-case.js';

/** Methods in one case. */
export const methodNaming = defineRule({
  name: 'method-naming',
  summary:
    'names of methods are in PascalCase or camelCase, and in one of them throughout a service',
  reason:
    'The name goes over the wire as it is written: who guesses its case wrong calls a method that does not exist.',
  severity: 'warn',
  options: { style: { choices: ['consistent', 'PascalCase', 'camelCase'], default: 'consistent' } },
  check({ syntax }, report, { style }) {
    for (const { name: service, methods } of syntax.services) {
      const wanted = style === 'consistent' ? firstStyle(methods) : style;
      for (const { name, offset } of methods) {
        if (isWrittenIn(wanted, name)) {
          continue;
        }
        report(
          offset,
          `method "${name}" of "${service}" is not in ${wanted}; call it ${writeIn(wanted, name)}`,
        );
      }
    }
  },
});

/** The first method sets the style. */
function firstStyle([first]: readonly MethodSyntax[]): 'PascalCase' | 'camelCase' {
  return first !== undefined && isWrittenIn('camelCase', first.name) ? 'camelCase' : 'PascalCase';
}
