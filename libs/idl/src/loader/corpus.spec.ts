import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { IdlError } from '../errors/idl.error.js';
import { loadSchema } from './load-schema.js';

const corpus = process.env['THRIFT_IDL_CORPUS'];

if (corpus === undefined) {
  console.warn('THRIFT_IDL_CORPUS names no folder: the test files of Apache Thrift are not tried');
}

(corpus === undefined ? describe.skip : describe)('the test files of Apache Thrift', () => {
  const folder = join(corpus ?? '', 'apache');
  const files = corpus === undefined ? [] : readdirSync(folder);
  const valid = files.filter((file) => file !== 'BrokenConstants.thrift');

  it('are all there', () => {
    expect(valid).toHaveLength(31);
  });

  it.each(valid.map((file) => [file]))('%s loads, and survives JSON unchanged', (file) => {
    const schema = loadSchema(join(folder, file), { readFile, implicitFieldIds: 'apache' });

    expect(schema.root).toBe(file);
    expect(JSON.parse(JSON.stringify(schema))).toStrictEqual(schema);
  });

  it('BrokenConstants.thrift is refused with both of its faults', () => {
    const error = failure(() => loadSchema(join(folder, 'BrokenConstants.thrift')));

    expect(error.diagnostics).toMatchObject([
      { line: 21, column: 20, message: '9876543210987654321 does not fit i64' },
      { line: 24, column: 3, message: '"foo.bar" = 68719476736 does not fit 32 bits' },
    ]);
  });

  /** One file includes an older edition from a folder that is not part of the corpus. */
  function readFile(path: string): string | undefined {
    const name = basename(path);
    return files.includes(name) ? readFileSync(join(folder, name), 'utf8') : undefined;
  }
});

function failure(load: () => unknown): IdlError {
  try {
    load();
  } catch (error) {
    if (error instanceof IdlError) {
      return error;
    }
  }
  throw new Error('an IdlError was expected');
}
