import type { DefinitionSyntax, DocumentSyntax } from '../../parser/syntax.js';
import { defineRule } from '../lint-rule.js';

const LISTS = {
  services: ({ services }: DocumentSyntax) => services,
  methods: ({ services }: DocumentSyntax) => services.flatMap(({ methods }) => methods),
  structs: ({ structs }: DocumentSyntax) => structs,
  fields: ({ structs }: DocumentSyntax) => structs.flatMap(({ fields }) => fields),
  enums: ({ enums }: DocumentSyntax) => enums,
  members: ({ enums }: DocumentSyntax) => enums.flatMap(({ members }) => members),
} satisfies Record<string, (document: DocumentSyntax) => readonly DefinitionSyntax[]>;

/** Services and methods are documented. */
export const documented = defineRule({
  name: 'documented',
  summary:
    'services and methods have a doc comment, or whatever the option lists; structs are also unions and exceptions',
  reason:
    'The IDL is the contract: what is not said there is asked in chats. Generators take doc comments over into the ' +
    'code, and no other comments.',
  severity: 'warn',
  options: {
    of: {
      words: true,
      choices: ['services', 'methods', 'structs', 'fields', 'enums', 'members'],
      default: ['services', 'methods'],
    },
  },
  check({ syntax }, report, options) {
    for (const [what, list] of Object.entries(LISTS)) {
      if (!options.of.includes(what)) {
        continue;
      }
      for (const { name, offset, doc } of list(syntax)) {
        if (doc === undefined) {
          report(offset, `"${name}" has no doc comment; write /** … */ before it`);
        }
      }
    }
  },
});
