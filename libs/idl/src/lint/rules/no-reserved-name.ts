import { defineRule } from '../lint-rule.js';
import { definitions, fieldLists } from '../walk.js';

/** Keywords of the languages that Apache Thrift and Kitex generate most. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'abstract and as assert async await begin bool break byte case catch chan char class clone const continue ' +
    'debugger declare def default defer del delete do double elif else elsif end enum except export extends ' +
    'fallthrough false final finally float for foreach from func function global go goto if implements import in ' +
    'instanceof int interface is lambda let long module namespace native new nil none nonlocal not null or package ' +
    'pass private protected public raise range return select self short static struct super switch synchronized then ' +
    'this throw throws trait transient true try type typeof undef union unless until use var virtual void volatile ' +
    'when while with xor yield'
  ).split(' '),
);

/** No name is a keyword somewhere. */
export const noReservedName = defineRule({
  name: 'no-reserved-name',
  summary: 'no name is a keyword of a common language',
  reason:
    'Compilers refuse such names or bend them, each in its own way, so that the same thing has another name in every language.',
  severity: 'warn',
  check({ syntax }, report) {
    const named = [
      ...[...definitions(syntax)].map(([, definition]) => definition),
      ...syntax.constants,
      ...syntax.enums.flatMap(({ members }) => members),
      ...syntax.services.flatMap(({ methods }) => methods),
      ...[...fieldLists(syntax)].flatMap(({ fields }) => fields),
    ];
    for (const { name, offset } of named) {
      if (RESERVED.has(name)) {
        report(offset, `"${name}" is a keyword in a common language; choose another name`);
      }
    }
  },
});
