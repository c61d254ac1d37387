import type { DefinitionSyntax, DocumentSyntax } from '../../parser/syntax.js';
import { defineRule } from '../lint-rule.js';
import { definitions, fieldLists } from '../walk.js';

/** Names that differ in more than their case. */
export const noNameCollision = defineRule({
  name: 'no-name-collision',
  summary: 'names in one place differ in more than case and underscores',
  reason:
    'Code generators write names in the style of their language: user_id and userId are both UserId in Go, which does not compile.',
  severity: 'error',
  check({ syntax }, report) {
    for (const names of places(syntax)) {
      const known = new Map<string, string>();
      for (const { name, offset } of names) {
        const folded = name.replaceAll('_', '').toLowerCase();
        const other = known.get(folded);
        if (other === undefined) {
          known.set(folded, name);
        } else {
          report(offset, `"${name}" and "${other}" are the same name in another style`);
        }
      }
    }
  },
});

function* places(syntax: DocumentSyntax): Generator<readonly DefinitionSyntax[]> {
  yield [...definitions(syntax)].map(([, definition]) => definition);
  yield syntax.constants;
  for (const { fields } of fieldLists(syntax)) {
    yield fields;
  }
  for (const { members } of syntax.enums) {
    yield members;
  }
  for (const { methods } of syntax.services) {
    yield methods;
  }
}
