import path from 'node:path';

/**
 * Turns links to files outside the documentation into links to the repository.
 *
 * @param {import('markdown-it')} md
 * @param {string} docs folder of the documentation
 * @param {string} repository address of the repository
 */
export function repositoryLinks(md, docs, repository) {
  const root = path.dirname(docs);
  md.core.ruler.push('repository-links', ({ tokens, env }) => {
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        const href = token.type === 'link_open' ? token.attrGet('href') : null;
        if (href === null || /^(?:\w+:|#|\/)/.test(href)) {
          continue;
        }
        const target = path.resolve(path.dirname(path.join(docs, env.relativePath)), href);
        if (!target.startsWith(docs + path.sep)) {
          token.attrSet('href', `${repository}/blob/main/${path.relative(root, target)}`);
        }
      }
    }
  });
}
