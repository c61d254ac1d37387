import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import type { StructCodec } from '@nestjs-thrift/codec';
import { loadSchema, type Schema } from '@nestjs-thrift/idl';
import { decode, encode, PROTOCOLS } from '../../../test/support/codecs.js';
import { generated } from '../../../test/support/generate.js';
import { GeneratedFolder } from '../../../test/support/generated-folder.js';
import { Samples } from '../../../test/support/sample-value.js';
import { typeCheck } from '../../../test/support/type-check.js';

const corpus = process.env['THRIFT_IDL_CORPUS'];

if (corpus === undefined) {
  console.warn('THRIFT_IDL_CORPUS names no folder: no code is generated from Apache Thrift files');
}

type Module = Record<string, unknown>;

/** Everything that is valid in the corpus, in one schema. */
function loadCorpus(folder: string): Schema {
  const names = readdirSync(folder).filter((name) => name !== 'BrokenConstants.thrift');
  const all = names.map((name) => `include "${name}"\n`).join('');
  // One file includes an older edition from a folder that is not part of the corpus: any edition will do.
  const { files } = loadSchema('all.thrift', {
    readFile: (path) => {
      if (path === 'all.thrift') return all;
      return names.includes(basename(path))
        ? readFileSync(join(folder, basename(path)), 'utf8')
        : undefined;
    },
  });
  return { root: 'all.thrift', files };
}

(corpus === undefined ? describe.skip : describe)('code generated from the corpus', () => {
  let folder: GeneratedFolder;
  const schema =
    corpus === undefined ? { root: '', files: {} } : loadCorpus(join(corpus, 'apache'));
  const files = generated(schema);

  beforeAll(() => {
    folder = new GeneratedFolder();
    folder.write(files);
  });
  afterAll(() => folder.remove());

  it('type-checks under the strictest settings', () => {
    expect(files.length).toBeGreaterThan(30);
    expect(
      typeCheck(
        folder.path,
        files.map(({ path }) => path),
      ),
    ).toEqual([]);
  }, 600_000);

  it('writes what codecs compiled at run time write, and reads it back', async () => {
    const atRunTime = compileSchema(schema);
    const modules = new Map<string, Module>();
    for (const { path, source } of files) modules.set(source, await folder.import<Module>(path));
    let tried = 0;
    for (const file of Object.values(schema.files)) {
      for (const definition of file.structs) {
        const samples = new Samples(schema, (path, name, fields) => {
          const type = modules.get(path)?.[name] ?? modules.get(path)?.[`${name}_`];
          return new (type as new (init: object) => object)(fields);
        });
        const codec = modules.get(file.path)?.[`${definition.name}Codec`] as StructCodec;
        const compiled = atRunTime.struct({ file: file.path, name: definition.name });
        const value = samples.of(file.path, definition);
        if (value === undefined) continue;
        for (const protocol of PROTOCOLS) {
          const bytes = encode(codec, value, protocol);
          expect(encode(compiled, value, protocol)).toEqual(bytes);
          expect(encode(codec, decode(codec, bytes, protocol), protocol)).toEqual(bytes);
        }
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(100);
  }, 300_000);
});
