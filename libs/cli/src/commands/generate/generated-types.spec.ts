import { generateTypeScript, NODE_RUNTIME, type GeneratedFile } from '@nestjs-thrift/codegen';
import { corpus } from '../../../test/support/corpus.js';
import { GeneratedFolder } from '#test/generated-folder.js';
import { fixture, generated } from '../../../test/support/generate.js';
import { typeChecker } from '../../../test/support/type-check.js';

const CODECS = ['lazy', 'static'] as const;
const INT64 = ['bigint', 'number', 'string'] as const;

/** What is checked, by title; each part is written to a separate folder. */
const PARTS: readonly (readonly [title: string, files: readonly GeneratedFile[]])[] = [
  ...CODECS.map((codecs) => {
    const files = ['everything.thrift', 'clashes.thrift'].flatMap((file) =>
      generated(fixture(file), 'bigint', codecs),
    );
    return [`with ${codecs} codecs`, files] as const;
  }),
  ...CODECS.flatMap((codecs) =>
    INT64.map((i64) => {
      const invalidUtf8 = i64 === 'string' ? 'error' : 'replace';
      const files = generateTypeScript(fixture('all-types.thrift'), { i64, invalidUtf8, codecs });
      return [`with ${codecs} codecs and i64 as ${i64}`, files] as const;
    }),
  ),
  [
    'with names and zeros of choice',
    generateTypeScript(fixture('everything.thrift'), {
      fieldNames: 'camelCase',
      defaultFields: 'zero',
      validators: true,
    }),
  ],
  ['for Node alone', generateTypeScript(fixture('everything.thrift'), { runtime: NODE_RUNTIME })],
  ...CODECS.map((codecs) => {
    const files = generateTypeScript(fixture('annotations.thrift'), {
      codecs,
      annotations: () => true,
    });
    return [`with annotations of fields and ${codecs} codecs`, files] as const;
  }),
  ['with validators', generateTypeScript(fixture('validation.thrift'), { validators: true })],
  ...(corpus === undefined ? [] : [['of Apache Thrift files', generated(corpus)] as const]),
];

// One program for everything: starting TypeScript and reading what the code imports takes longer than checking the code.
describe('generated TypeScript', () => {
  const folder = new GeneratedFolder();
  const pathsOf = (part: number): string[] => PARTS[part]![1].map(({ path }) => `${part}/${path}`);
  let problemsOf: (files: readonly string[]) => string[];

  beforeAll(() => {
    const parts = PARTS.map((_, part) => part);
    for (const part of parts) {
      folder.write(PARTS[part]![1].map(({ path, text }) => ({ path: `${part}/${path}`, text })));
    }
    problemsOf = typeChecker(folder.path, parts.flatMap(pathsOf));
  }, 300_000);

  afterAll(() => folder.remove());

  it.each(PARTS.map(([title], part) => [title, part] as const))(
    'type-checks under the strictest settings %s',
    (_title, part) => {
      expect(problemsOf(pathsOf(part))).toEqual([]);
    },
    300_000,
  );
});
