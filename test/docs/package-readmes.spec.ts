import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { facts } from '../../scripts/project-facts.mjs';
import { anchorsOf, proseOf } from './markdown.js';

/** READMEs that npm shows: links are followed from there, so relative ones lead nowhere. */
const files = globSync(['libs/*/README.md', 'npm/*/README.md']).sort();
const TREE = `${facts.repository}/tree/main/`;

function linksOf(file: string): string[] {
  return [...proseOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}

/** Why a link does not work on npm; `undefined` if it does. */
function faultOf(link: string): string | undefined {
  if (!link.startsWith('https://')) {
    return 'is not absolute';
  }
  if (link.startsWith(facts.site)) {
    const [page, anchor] = link.slice(facts.site.length).split('#');
    const file = join('docs', page === '' ? 'index.md' : `${page}.md`);
    if (!existsSync(file)) {
      return `has no page ${file}`;
    }
    return anchor === undefined || anchorsOf(file).includes(anchor)
      ? undefined
      : `has no ${anchor}`;
  }
  if (link.startsWith(TREE) && !existsSync(link.slice(TREE.length))) {
    return 'leads to nothing in the repository';
  }
  return undefined;
}

describe('the READMEs that npm shows', () => {
  it('are there for every package', () => {
    expect(files.length).toBe(globSync(['libs/*/package.json', 'npm/*/package.json']).length);
  });

  it.each(files)('have links that work from anywhere in %s', (file) => {
    const faults = linksOf(file).flatMap((link) => {
      const fault = faultOf(link);
      return fault === undefined ? [] : [`${link} ${fault}`];
    });
    expect(faults).toEqual([]);
  });

  it.each(files)('start with the name, and say how to install it, in %s', (file) => {
    const text = readFileSync(file, 'utf8');
    const { name } = JSON.parse(
      readFileSync(file.replace('README.md', 'package.json'), 'utf8'),
    ) as { name: string };
    expect(text.startsWith(`# ${name}\n`)).toBe(true);
    expect(text).toMatch(/npm install (?:--save-dev )?@nestjs-thrift\//);
  });

  it.each(files.filter((file) => file.startsWith('libs/')))(
    'have an example and lead to the documentation in %s',
    (file) => {
      const text = readFileSync(file, 'utf8');
      expect(text).toMatch(/```(?:ts|sh)\n/);
      expect(text).toContain(`Part of [nestjs-thrift](${facts.site})`);
    },
  );
});

describe('the check of links', () => {
  it.each([
    ['../../docs/guides/nest.md', 'is not absolute'],
    [`${facts.site}guides/nothing`, 'has no page docs/guides/nothing.md'],
    [`${facts.site}guides/nest#nowhere`, 'has no nowhere'],
    [`${TREE}libs/nothing`, 'leads to nothing in the repository'],
    [`${facts.site}guides/nest`, undefined],
    ['https://nestjs.com', undefined],
  ])('reads %s', (link, fault) => {
    expect(faultOf(link)).toBe(fault);
  });
});
