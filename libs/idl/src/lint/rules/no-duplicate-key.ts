import type { ValueSyntax } from '../../parser/syntax.js';
import { defineRule } from '../lint-rule.js';
import { values } from '../walk.js';

/** No two entries of a map have the same key. */
export const noDuplicateKey = defineRule({
  name: 'no-duplicate-key',
  summary: 'no two entries of a map have the same key',
  reason: 'Compilers keep the last entry and drop the others silently; one of them is a mistake.',
  severity: 'error',
  check({ syntax }, report) {
    for (const value of values(syntax)) {
      if (value.kind !== 'map') {
        continue;
      }
      const known = new Set<string>();
      for (const { key } of value.entries) {
        const text = textOf(key);
        if (text === undefined) {
          continue;
        }
        if (known.has(text)) {
          report(
            key.offset,
            `the key ${text} stands in this map already; only the last entry counts`,
          );
        }
        known.add(text);
      }
    }
  },
});

/** A key as it is written; keys of several values are not compared. */
function textOf(key: ValueSyntax): string | undefined {
  switch (key.kind) {
    case 'string':
      return JSON.stringify(key.value);
    case 'name':
      return key.name;
    case 'integer':
    case 'double':
      return String(key.value);
    default:
      return undefined;
  }
}
