import { readFileSync } from 'node:fs';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { goldenText } from '#test/golden-file.js';
import { generateTypeScript } from './generate-typescript.js';

const GOLDEN = new URL('../../test/golden/', import.meta.url);

it('writes the committed static codec for a union', () => {
  const file = 'choice.thrift';
  const schema = loadSchemaFromText(readFileSync(new URL(file, GOLDEN), 'utf8'), { file });
  const [, codecs] = generateTypeScript(schema, { codecs: 'static' });

  expect(codecs!.text).toBe(goldenText(new URL('choice.codec.ts.txt', GOLDEN), codecs!.text));
});
