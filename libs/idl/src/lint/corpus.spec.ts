import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ReadFile } from '../loader/load-options.js';
import { loadSchema } from '../loader/load-schema.js';
import { fixFiles } from './fix-files.js';
import { resolveLintConfig } from './lint-config.js';
import { lintFiles } from './lint-file.js';
import { LINT_RULES } from './rules/index.js';

const corpus = process.env['THRIFT_IDL_CORPUS'];

if (corpus === undefined) {
  console.warn(
    'THRIFT_IDL_CORPUS names no folder: the rules do not look at the files of Apache Thrift',
  );
}

(corpus === undefined ? describe.skip : describe)('the test files of Apache Thrift', () => {
  const folder = join(corpus ?? '', 'apache');
  const names = corpus === undefined ? [] : readdirSync(folder);
  const files = names.filter((name) => name !== 'BrokenConstants.thrift');
  const readFile = (path: string): string | undefined => {
    // One file includes an older edition from a folder that is not part of the corpus: any edition will do.
    const name = basename(path);
    return names.includes(name) ? readFileSync(join(folder, name), 'utf8') : undefined;
  };
  const everything = resolveLintConfig({
    rules: Object.fromEntries(LINT_RULES.map(({ name }) => [name, 'error'])),
  });

  /** What a file means, apart from where it stands and what it includes without need. */
  const meaning = (file: string, read: ReadFile): unknown =>
    JSON.parse(
      JSON.stringify(
        loadSchema(file, { readFile: read, implicitFieldIds: 'apache' }).files[file],
        (key, value: unknown) => (key === 'position' || key === 'includes' ? undefined : value),
      ),
    );

  it('give every rule something to do or leave it unmoved, and none a reason to fail', () => {
    const findings = lintFiles({ files, readFile, implicitFieldIds: 'apache' }, everything);

    expect(new Set(findings.map(({ rule }) => rule)).size).toBeGreaterThan(20);
    expect(
      findings.filter(({ file, line, sourceLine }) => line < 1 || sourceLine === '' || file === ''),
    ).toEqual([]);
  });

  it('can be fixed once and for all', () => {
    const { texts, findings } = fixFiles(
      { files, readFile, implicitFieldIds: 'apache' },
      everything,
    );
    const read = (path: string): string | undefined => texts.get(path) ?? readFile(path);

    expect(texts.size).toBeGreaterThan(5);
    expect(findings.filter(({ fix }) => fix !== undefined)).toEqual([]);
    expect(
      fixFiles({ files, readFile: read, implicitFieldIds: 'apache' }, everything).texts.size,
    ).toBe(0);
    for (const file of texts.keys()) {
      expect(meaning(file, read)).toEqual(meaning(file, readFile));
    }
  });
});
