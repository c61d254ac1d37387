import type { Token } from '../../lexer/token.js';
import type { DocumentSyntax, IncludeSyntax } from '../../parser/syntax.js';
import { prefixOf } from '../../loader/paths.js';
import { defineRule } from '../lint-rule.js';
import type { LintedFile } from '../load-linted-files.js';
import { mayHoldComment, removeLine, type TextEdit } from '../text-edit.js';
import { types, values } from '../walk.js';

const HEADER_WORDS: ReadonlySet<string> = new Set(['include', 'namespace', 'cpp_include']);

/** Every include is used. */
export const noUnusedInclude = defineRule({
  name: 'no-unused-include',
  summary: 'every included file is used',
  reason:
    'An unused include misleads readers and makes the file depend on another one without need.',
  severity: 'warn',
  fixable: true,
  check(file, report) {
    const names = dottedNames(file.syntax);
    const seen = new Set<string>();
    for (const include of file.syntax.includes) {
      const { path, offset } = include;
      const used = names.some((name) => name.startsWith(`${prefixOf(path)}.`));
      if (used && !seen.has(path)) {
        seen.add(path);
        continue;
      }
      const fix = withoutInclude(file, include);
      report(offset, `"${path}" is included but ${used ? 'was already' : 'not used'}`, fix);
    }
  },
});

function dottedNames(syntax: DocumentSyntax): string[] {
  const written = [...types(syntax), ...values(syntax)].flatMap((node) =>
    'name' in node ? [node.name] : [],
  );
  const parents = syntax.services.flatMap((service) => service.extends?.name ?? []);
  return [...written, ...parents].filter((name) => name.includes('.'));
}

/** Not where a comment would be lost, or become that of the definition behind it. */
function withoutInclude(
  { tokens, source }: LintedFile,
  { offset }: IncludeSyntax,
): TextEdit[] | undefined {
  const path = tokens.at(offset);
  const word = tokens.before(path);
  if (word === undefined || mayHoldComment(source.text, word.end, path.start)) {
    return undefined;
  }
  let next = tokens.after(path);
  while (next !== undefined && isSeparator(next)) {
    if (next.comments.trailing !== undefined) {
      return undefined;
    }
    next = tokens.after(next);
  }
  if (next === undefined || next.comments.trailing !== undefined) {
    return undefined;
  }
  const opensFile = word.comments.leading !== undefined && !HEADER_WORDS.has(next.text);
  return opensFile ? undefined : [removeLine(source.text, word.start, path.end)];
}

function isSeparator({ kind, text }: Token): boolean {
  return kind === 'symbol' && (text === ',' || text === ';');
}
