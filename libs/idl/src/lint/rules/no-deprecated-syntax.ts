import { defineRule, type Report } from '../lint-rule.js';
import type { LintedFile } from '../load-linted-files.js';
import { definitions, types } from '../walk.js';

/** Types that have another name today. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['byte', 'i8'],
  ['slist', 'string'],
]);

/** No words of the past. */
export const noDeprecatedSyntax = defineRule({
  name: 'no-deprecated-syntax',
  summary: 'no byte, slist, async or senum: it is i8, string, oneway and enum today',
  reason:
    'byte is signed, which surprises most who read it; the others are unknown to newer compilers.',
  severity: 'warn',
  fixable: true,
  check(file, report) {
    checkTypes(file, report);
    checkOneway(file, report);
    checkStringEnums(file, report);
  },
});

function checkTypes({ syntax }: LintedFile, report: Report): void {
  // A definition of that name is what the word stands for.
  const own = new Set([...definitions(syntax)].map(([, { name }]) => name));
  for (const type of types(syntax)) {
    if (type.kind !== 'named') {
      continue;
    }
    const { name, offset } = type;
    const today = RENAMED.get(name);
    if (today === undefined || (name === 'slist' && own.has(name))) {
      continue;
    }
    const edit = { start: offset, end: offset + name.length, text: today };
    report(offset, `"${name}" is called ${today} today`, [edit]);
  }
}

function checkOneway({ syntax, tokens }: LintedFile, report: Report): void {
  for (const { offset, returns } of syntax.services.flatMap(({ methods }) => methods)) {
    const result =
      returns === undefined ? tokens.before(tokens.at(offset)) : tokens.at(returns.offset);
    const word = result && tokens.before(result);
    if (word?.text !== 'async' || word.kind !== 'identifier') {
      continue;
    }
    const edit = { start: word.start, end: word.end, text: 'oneway' };
    report(word.start, '"async" is called oneway today', [edit]);
  }
}

function checkStringEnums({ syntax, tokens }: LintedFile, report: Report): void {
  for (const { name, offset, type } of syntax.typedefs) {
    // The parser reads a senum as a typedef that has its type where the name is.
    if (type.offset !== offset || tokens.before(tokens.at(offset))?.text !== 'senum') {
      continue;
    }
    report(
      offset,
      `senum "${name}" is a string and no more; use an enum, or typedef string ${name}`,
    );
  }
}
