import { tableBehind } from '../../../test/markdown-table.js';
import type { BreakLevel } from '../compatibility-rule.js';
import { COMPATIBILITY_RULES } from './index.js';

const HEADINGS: readonly [BreakLevel, string][] = [
  ['wire-breaking', '### Wire-breaking'],
  ['source-breaking', '### Source-breaking'],
  ['behaviour', '### Behaviour'],
];

describe('docs/guides/idl-compatibility.md', () => {
  it.each(HEADINGS)('has every rule of the level %s, as it is', (level, heading) => {
    const rules = COMPATIBILITY_RULES.filter((rule) => rule.level === level);
    const rows = rules.map(({ name, summary, consequence, wayOut }) => [
      `\`${name}\``,
      `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
      consequence,
      wayOut,
    ]);

    expect(tableBehind('docs/guides/idl-compatibility.md', heading)).toEqual(rows);
  });
});
