import { readFileSync } from 'node:fs';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { goldenText } from '#test/golden-file.js';
import { generateTypeScript } from './generate-typescript.js';

const GOLDEN = new URL('../../test/golden/', import.meta.url);

const file = 'annotations.thrift';
const schema = loadSchemaFromText(readFileSync(new URL(file, GOLDEN), 'utf8'), { file });

function moduleText(annotations?: (name: string) => boolean): string {
  const [module] = generateTypeScript(schema, annotations ? { annotations } : {});
  return module!.text;
}

/** Text without the annotations of methods, which stand on lines of their own. */
function withoutMethods(text: string): string {
  return text.replaceAll(/^ {4}annotations: .*\n/gm, '');
}

describe('annotations of fields', () => {
  it('are written as in the committed file, where their names are asked for', () => {
    const text = moduleText((name) => name.startsWith('api.') || name === 'go.tag');

    expect(text).toBe(goldenText(new URL('annotations.ts.txt', GOLDEN), text));
  });

  it('are all left out where none are asked for, and methods keep theirs', () => {
    const text = moduleText();

    expect(withoutMethods(text)).not.toContain('annotations:');
    expect(text).toContain(`annotations: { 'api.get': ['/users'], note: ['of the method'] },`);
    expect(moduleText(() => false)).toBe(text);
  });

  it('change nothing but the fields', () => {
    const text = moduleText(() => true);
    const bare = text
      .replaceAll(/, annotations: \{ [^}]* \}/g, '')
      .replaceAll(/, \{ annotations: \{ [^}]* \} \}/g, '');

    expect(text).not.toBe(moduleText());
    expect(bare).toBe(moduleText());
  });

  it('keep names, order and text of the IDL with other names of fields', () => {
    const [module] = generateTypeScript(schema, {
      fieldNames: 'camelCase',
      annotations: (name) => name === 'api.query',
    });

    expect(module!.text).toContain(
      `pageSize: t.optional(1, t.i32, { default: 20, annotations: { 'api.query': ['page_size'] } }),`,
    );
    expect(module!.text).toContain(`{ 'api.query': ['fields', 'field'] }`);
  });
});
