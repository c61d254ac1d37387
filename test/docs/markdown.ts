import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { githubSlug } from '../../docs/.vitepress/github-slug.mjs';

/** A fenced block of a Markdown file. */
export interface Snippet {
  readonly file: string;
  /** Line of the first line of code, counted from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** Whether the comment before it marks it as the continuation of the previous block. */
  readonly continued: boolean;
}

/** The Markdown files that users read. */
export function documentationFiles(): string[] {
  return globSync(['*.md', 'docs/**/*.md', 'libs/*/README.md', 'deploy/**/*.md', 'bench/*.md'], {
    ignore: ['**/node_modules/**'],
  }).sort();
}

/** All fenced blocks of a file in one of the languages, those in list items too. */
export function snippetsOf(file: string, languages: readonly string[]): Snippet[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const snippets: Snippet[] = [];
  let open: { start: number; indent: number; language: string; continued: boolean } | undefined;
  for (const [index, line] of lines.entries()) {
    const fence = /^( *)```(\w*)/.exec(line);
    if (fence === null) {
      continue;
    }
    if (open === undefined) {
      const before = lines.slice(0, index).findLast((text) => text.trim() !== '');
      const continued = before?.trim() === '<!-- continued -->';
      const [, indent = '', language = ''] = fence;
      open = { start: index + 1, indent: indent.length, language, continued };
      continue;
    }
    if (languages.includes(open.language)) {
      snippets.push({
        file,
        line: open.start + 1,
        language: open.language,
        code: lines
          .slice(open.start, index)
          .map((text) => text.slice(open!.indent))
          .join('\n'),
        continued: open.continued,
      });
    }
    open = undefined;
  }
  return snippets;
}

/** The text of a file without its fenced blocks. */
export function proseOf(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/```[\s\S]*?```/g, '');
}

/** The anchors of the headings of a file. */
export function anchorsOf(file: string): string[] {
  return [...proseOf(file).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    githubSlug(heading!.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')),
  );
}
