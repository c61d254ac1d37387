import { readFileSync } from 'node:fs';

/** Pages that exist in Chinese, next to their English page. */
const PAGES = [
  ['README.md', 'README.zh.md'],
  ...['start/quick-start', 'migrate/kitex', 'operations/production-checklist'].map(
    (page) => [`docs/${page}.md`, `docs/zh/${page}.md`] as const,
  ),
] as const;

describe('Chinese pages', () => {
  it.each(PAGES)('have the headings and the code of %s', (english, chinese) => {
    expect(outlineOf(chinese)).toEqual(outlineOf(english));
  });
});

/** Levels of headings and code blocks of a page, in order. */
function outlineOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^```[\s\S]*?^```|^#{1,6}(?= )/gm)].map(([match]) => match);
}
