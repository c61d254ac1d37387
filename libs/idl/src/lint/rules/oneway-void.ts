import { defineRule } from '../lint-rule.js';
import type { LintedFile } from '../load-linted-files.js';
import { mayHoldComment, type TextEdit } from '../text-edit.js';

/** Oneway methods return nothing. */
export const onewayVoid = defineRule({
  name: 'oneway-void',
  summary: 'a oneway method returns void',
  reason: 'There is no reply that could carry a result; compilers drop it silently.',
  severity: 'error',
  fixable: true,
  check(file, report) {
    for (const { name, offset, oneway, returns } of file.syntax.services.flatMap(
      (s) => s.methods,
    )) {
      if (!oneway || returns === undefined) {
        continue;
      }
      const fix = voidInstead(file, returns.offset, offset);
      report(
        returns.offset,
        `oneway "${name}" cannot return a result: it has no reply; return void`,
        fix,
      );
    }
  },
});

/** A type ends where the last token before the name does. */
function voidInstead(
  { source, tokens }: LintedFile,
  start: number,
  nameOffset: number,
): TextEdit[] | undefined {
  const last = tokens.before(tokens.at(nameOffset));
  if (last === undefined || mayHoldComment(source.text, start, last.end)) {
    return undefined;
  }
  return [{ start, end: last.end, text: 'void' }];
}
