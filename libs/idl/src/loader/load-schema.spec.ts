import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { IdlError } from '../errors/idl.error.js';
import { loadSchema, loadSchemaFromText } from './load-schema.js';

describe('loading from disk', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'idl-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(files: Record<string, string>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  }

  it('names files relative to the folder of the root, included files first', () => {
    write({
      'main.thrift': 'include "a/one.thrift" include "./a/../a/two.thrift"',
      'a/one.thrift': 'include "two.thrift"',
      'a/two.thrift': 'struct Two {}',
    });
    const schema = loadSchema(join(folder, 'main.thrift'));
    expect(schema.root).toBe('main.thrift');
    expect(Object.keys(schema.files)).toEqual(['a/two.thrift', 'a/one.thrift', 'main.thrift']);
    expect(schema.files['main.thrift']?.includes).toEqual([
      { prefix: 'one', path: 'a/one.thrift' },
      { prefix: 'two', path: 'a/two.thrift' },
    ]);
  });

  it('names files relative to another folder on demand', () => {
    write({ 'idl/main.thrift': '' });
    expect(loadSchema(join(folder, 'idl/main.thrift'), { baseDir: folder }).root).toBe(
      'idl/main.thrift',
    );
  });

  it('looks next to the including file first, then in the include folders in order', () => {
    write({
      'idl/main.thrift': 'include "near.thrift" include "far.thrift"',
      'idl/near.thrift': 'struct Beside {}',
      'first/near.thrift': 'struct Elsewhere {}',
      'first/far.thrift': 'struct First {}',
      'second/far.thrift': 'struct Second {}',
    });
    const includeDirs = [join(folder, 'first'), join(folder, 'second')];
    const { files } = loadSchema(join(folder, 'idl/main.thrift'), { includeDirs });
    const names = Object.values(files).flatMap(({ structs }) => structs.map(({ name }) => name));
    expect(names).toEqual(['Beside', 'First']);
  });

  it('tells where it looked for a missing file', () => {
    write({ 'main.thrift': '\n  include "gone.thrift"' });
    const root = join(folder, 'main.thrift');
    expect(() => loadSchema(root, { includeDirs: ['shared'] })).toThrow(
      `${root}:2:11: cannot find "gone.thrift"; looked for ${folder}/gone.thrift, shared/gone.thrift`,
    );
  });

  it('tells that the root is missing, or a folder', () => {
    const missing = join(folder, 'gone.thrift');
    expect(() => loadSchema(missing)).toThrow(`${missing}:1:1: there is no such file`);
    expect(() => loadSchema(folder)).toThrow('there is no such file');
  });

  it('refuses a file of unreasonable size before it reads it', () => {
    write({ 'main.thrift': ' '.repeat(4 * 1024 * 1024 + 1) });
    expect(() => loadSchema(join(folder, 'main.thrift'))).toThrow('longer than 4194304 bytes');
  });
});

describe('loading by other means', () => {
  it('asks the reader for paths as they were given', () => {
    const asked: string[] = [];
    const texts: Record<string, string> = {
      'idl/main.thrift': 'include "../lib/b.thrift"',
      'lib/b.thrift': 'include "c.thrift"',
      'shared/c.thrift': '',
    };
    const readFile = (path: string): string | undefined => {
      asked.push(path);
      return texts[path];
    };
    const schema = loadSchema('./idl\\main.thrift', { readFile, includeDirs: ['shared/'] });
    expect(asked).toEqual(['idl/main.thrift', 'lib/b.thrift', 'lib/c.thrift', 'shared/c.thrift']);
    expect(Object.keys(schema.files)).toEqual([
      '../shared/c.thrift',
      '../lib/b.thrift',
      'main.thrift',
    ]);
  });

  it('tells why the reader failed', () => {
    const readFile = (): never => {
      throw new Error('permission denied');
    };
    expect(() => loadSchema('main.thrift', { readFile })).toThrow(
      'main.thrift:1:1: cannot read "main.thrift": permission denied',
    );
    const included = (path: string) => (path === 'main.thrift' ? 'include "a.thrift"' : readFile());
    expect(() => loadSchema('main.thrift', { readFile: included })).toThrow(
      'a.thrift:1:1: cannot read "a.thrift": permission denied',
    );
  });

  it('refuses a text of unreasonable length', () => {
    expect(() => loadSchemaFromText(' '.repeat(4 * 1024 * 1024 + 1))).toThrow(IdlError);
  });

  it('reads each file once', () => {
    const asked: string[] = [];
    const texts: Record<string, string> = {
      'main.thrift': 'include "a.thrift" include "b.thrift" include "a.thrift"',
      'a.thrift': 'include "c.thrift"',
      'b.thrift': 'include "c.thrift"',
      'c.thrift': '',
    };
    loadSchema('main.thrift', { readFile: (path) => (asked.push(path), texts[path]) });
    expect(asked.sort()).toEqual(['a.thrift', 'b.thrift', 'c.thrift', 'main.thrift']);
  });

  it('shows the way of an include cycle', () => {
    const includes = {
      'a.thrift': 'include "b.thrift"',
      'b.thrift': '\ninclude "a.thrift"',
    };
    expect(() => loadSchemaFromText('include "a.thrift"', { includes })).toThrow(
      'b.thrift:2:9: files include each other: a.thrift -> b.thrift -> a.thrift',
    );
    expect(() => loadSchemaFromText('include "main.thrift"')).toThrow(
      'files include each other: main.thrift -> main.thrift',
    );
  });

  it('bounds how deep and how many files are included', () => {
    const deep = (path: string): string => `include "${Number.parseInt(path, 10) + 1}.thrift"`;
    expect(() => loadSchema('0.thrift', { readFile: deep })).toThrow('more than 200 files deep');
    const wide = Array.from({ length: 10_001 }, (_, index) => `include "${index}.thrift"`).join(
      '\n',
    );
    const readFile = (path: string): string => (path === 'main.thrift' ? wide : '');
    expect(() => loadSchema('main.thrift', { readFile })).toThrow('more than 10000 files');
  });

  it('takes a byte order mark and line ends of every kind', () => {
    const schema = loadSchemaFromText('\uFEFFstruct A {}\r\nstruct B {}\rstruct C {}\n');
    const { structs = [] } = schema.files['main.thrift'] ?? {};
    expect(structs.map(({ position }) => position)).toEqual([
      { line: 1, column: 8 },
      { line: 2, column: 8 },
      { line: 3, column: 8 },
    ]);
  });

  it('names things __proto__ without harm', () => {
    const text =
      'namespace __proto__ x struct A { 1: i32 __proto__ (__proto__ = "a") } const A B = {"__proto__": 1}';
    const schema = loadSchemaFromText(text);
    const file = schema.files['main.thrift'];
    expect(JSON.stringify(file?.namespaces)).toBe('{"__proto__":"x"}');
    expect(JSON.stringify(file?.structs[0]?.fields[0]?.annotations)).toBe('{"__proto__":["a"]}');
    expect(JSON.stringify(file?.constants[0]?.value)).toContain('{"__proto__":{"kind":"integer"');
    expect(JSON.parse(JSON.stringify(schema))).toStrictEqual(schema);
  });

  it('takes positive integers for true only, as the compilers do', () => {
    const schema = loadSchemaFromText('const list<bool> B = [2, 1, 0, -1]');
    expect(schema.files['main.thrift']?.constants[0]?.value).toMatchObject({
      values: [{ value: true }, { value: true }, { value: false }, { value: false }],
    });
  });

  it('keeps no negative zero, which JSON would lose', () => {
    const schema = loadSchemaFromText('const double Z = -0.0');
    expect(schema.files['main.thrift']?.constants[0]?.value).toEqual({ kind: 'double', value: 0 });
  });
});
