import { defineRule } from '../lint-rule.js';

/** A file names the package of what is generated from it. */
export const namespacePresent = defineRule({
  name: 'namespace-present',
  summary: 'a file that defines something has a namespace, for each language that the option lists',
  reason:
    'Without one generated code lands in the global namespace or in a package named after the file, next to that of others.',
  severity: 'warn',
  options: { languages: { words: true, default: [] } },
  check({ source, syntax, tokens }, report, { languages }) {
    const { namespaces, typedefs, constants, enums, structs, services } = syntax;
    const defined = [typedefs, constants, enums, structs, services].some((list) => list.length > 0);
    if (!defined || namespaces.has('*')) {
      return;
    }
    const first = tokens.all[0]?.start ?? source.text.length;
    if (languages.length === 0 && namespaces.size === 0) {
      report(first, 'the file has no namespace; write one such as namespace go example.user');
    }
    for (const language of languages.filter((wanted) => !namespaces.has(wanted))) {
      report(first, `the file has no namespace for ${language}`);
    }
  },
});
