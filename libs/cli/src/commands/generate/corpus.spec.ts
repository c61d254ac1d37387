import { compileSchema } from '@nestjs-thrift/codec/compiler';
import type { StructCodec } from '@nestjs-thrift/codec';
import { decode, encode, PROTOCOLS } from '../../../test/support/codecs.js';
import { corpus } from '../../../test/support/corpus.js';
import { generated } from '../../../test/support/generate.js';
import { GeneratedFolder } from '#test/generated-folder.js';
import { Samples } from '../../../test/support/sample-value.js';

type Module = Record<string, unknown>;

(corpus === undefined ? describe.skip : describe)('code generated from the corpus', () => {
  let folder: GeneratedFolder;
  const schema = corpus ?? { root: '', files: {} };
  const files = generated(schema);

  beforeAll(() => {
    folder = new GeneratedFolder();
    folder.write(files);
  });
  afterAll(() => folder.remove());

  it('writes what codecs compiled at run time write, and reads it back', async () => {
    const atRunTime = compileSchema(schema);
    const modules = new Map<string, Module>();
    for (const { path, source } of files) {
      modules.set(source, await folder.import<Module>(path));
    }
    expect(files.length).toBeGreaterThan(30);
    let tried = 0;
    for (const file of Object.values(schema.files)) {
      for (const definition of file.structs) {
        const samples = new Samples(schema, (path, name, fields) => {
          const type = modules.get(path)?.[name] ?? modules.get(path)?.[`${name}_`];
          return new (type as new (init: object) => object)(fields);
        });
        const codec = modules.get(file.path)?.[`${definition.name}Schema`] as StructCodec;
        const compiled = atRunTime.struct({ file: file.path, name: definition.name });
        const value = samples.of(file.path, definition);
        if (value === undefined) {
          continue;
        }
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
