import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const SECTIONS = [
  ['start', 'Start'],
  ['tutorials', 'Tutorials'],
  ['guides', 'Guides'],
  ['guides/resilience', 'Resilience'],
  ['reference', 'Reference'],
  ['operations', 'Operations'],
  ['migrate', 'Migrate'],
  ['architecture', 'Architecture'],
];

/** Folders of `zh`. */
const CHINESE_SECTIONS = [
  ['start', '开始'],
  ['operations', '运维'],
  ['migrate', '迁移'],
];

/** Pages that come first in their group; the others follow by name. */
const FIRST = ['introduction.md', 'quick-start.md', 'serve-thrift.md', 'nest.md', 'decorators.md'];

/**
 * One group per folder, with the pages by their titles.
 *
 * @param {string} docs folder of the documentation
 */
export function sidebarOf(docs) {
  return SECTIONS.map(([folder, text]) => ({
    text,
    collapsed: folder !== 'start' && folder !== 'guides',
    items: pagesOf(docs, folder),
  }));
}

/** @param {string} docs folder of the documentation */
export function chineseSidebarOf(docs) {
  return CHINESE_SECTIONS.map(([folder, text]) => ({ text, items: pagesOf(docs, `zh/${folder}`) }));
}

/** @param {string} docs @param {string} folder */
function pagesOf(docs, folder) {
  return readdirSync(path.join(docs, folder))
    .filter((name) => name.endsWith('.md'))
    .sort((a, b) => rankOf(a) - rankOf(b))
    .map((name) => ({
      text: titleOf(path.join(docs, folder, name)),
      link: `/${folder}/${name.replace('.md', '')}`,
    }));
}

/** @param {string} file */
function titleOf(file) {
  return (
    /^# (.*)$/m.exec(readFileSync(file, 'utf8'))?.[1]?.replaceAll('`', '') ?? path.basename(file)
  );
}

/** @param {string} name */
function rankOf(name) {
  const rank = FIRST.indexOf(name);
  return rank < 0 ? FIRST.length : rank;
}
