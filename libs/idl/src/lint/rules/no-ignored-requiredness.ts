import type { FieldSyntax } from '../../parser/syntax.js';
import { defineRule } from '../lint-rule.js';
import type { LintedFile } from '../load-linted-files.js';
import { removeToken, type TextEdit } from '../text-edit.js';
import { fieldLists, type FieldList } from '../walk.js';

/** No word that compilers pass over. */
export const noIgnoredRequiredness = defineRule({
  name: 'no-ignored-requiredness',
  summary: 'no required or optional where it means nothing: in unions and throws',
  reason:
    'Exactly one field of a union is set, and at most one exception thrown, whatever is written: compilers skip the word.',
  severity: 'warn',
  fixable: true,
  check(file, report) {
    for (const { kind, title, fields } of fieldLists(file.syntax)) {
      for (const field of fields) {
        if (!isIgnored(kind, field)) {
          continue;
        }
        const message = `"${field.requiredness}" means nothing for "${field.name}" of ${title}; leave it out`;
        report(field.offset, message, withoutWord(file, field));
      }
    }
  },
});

function isIgnored(kind: FieldList['kind'], { requiredness }: FieldSyntax): boolean {
  return (kind === 'union' || kind === 'throws') && requiredness !== 'default';
}

function withoutWord({ tokens, source }: LintedFile, { type }: FieldSyntax): TextEdit[] {
  const first = tokens.at(type.offset);
  const word = tokens.before(first);
  return word === undefined ? [] : [removeToken(source.text, word, first)];
}
