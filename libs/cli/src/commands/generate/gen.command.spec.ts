import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../../main.js';
import { memoryIo, type MemoryIo } from '#test/memory-io.js';
import { until } from '#test/until.js';

const GEN = ['gen', 'idl/**/*.thrift', '-o', 'out'];

describe('gen', () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'gen-'));
    write('idl/user.thrift', 'include "shared/base.thrift"\nstruct User { 1: base.Id id }\n');
    write('idl/shared/base.thrift', 'typedef i64 Id\n');
  });

  afterEach(() => rmSync(cwd, { recursive: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }

  function read(path: string): string {
    return readFileSync(join(cwd, path), 'utf8');
  }

  function output(): string[] {
    return readdirSync(join(cwd, 'out'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .sort();
  }

  async function gen(...argv: string[]): Promise<{ code: number; io: MemoryIo }> {
    const io = memoryIo(cwd);
    return { code: await run(argv.length === 0 ? GEN : argv, io), io };
  }

  it('mirrors the folders of the IDL', async () => {
    const { code, io } = await gen();

    expect({ code, err: io.err() }).toEqual({ code: 0, err: '' });
    expect(output()).toEqual(['shared/base.ts', 'user.ts']);
    expect(read('out/user.ts')).toContain(`from './shared/base.js'`);
    expect(io.out()).toContain('2 written, 0 unchanged, 0 removed');
  });

  it('warns of validation rules that it leaves out', async () => {
    write('idl/user.thrift', 'struct User { 1: string id (vt.unique = "1", vt.min_size = "3") }\n');
    const { code, io } = await gen(...GEN, '--validators', '--json-schema');

    expect(code).toBe(0);
    expect(io.err().match(/warning/g)).toHaveLength(1);
    expect(io.err()).toContain(
      'warning: idl/user.thrift:1:25: field "id" is not checked for this: vt.unique is not a rule for string',
    );
    expect(io.err()).toContain('\n  struct User { 1: string id (');
    expect(read('out/user.ts')).toContain('minSize');
  });

  it('writes the same bytes each time, and does not touch files that would not change', async () => {
    await gen();
    const before = read('out/user.ts');
    const old = new Date(2000, 1, 1);
    utimesSync(join(cwd, 'out/user.ts'), old, old);
    write('idl/shared/base.thrift', 'typedef i32 Id\n');
    const { io } = await gen();

    expect(io.out()).toContain('wrote out/shared/base.ts');
    expect(io.out()).toContain('wrote out/user.ts');

    write('idl/shared/base.thrift', 'typedef i64 Id\n');
    await gen();
    expect(read('out/user.ts')).toBe(before);
    utimesSync(join(cwd, 'out/user.ts'), old, old);
    write('idl/shared/base.thrift', 'typedef i64 Id\nconst i32 LIMIT = 1\n');
    const { io: last } = await gen();
    expect(last.out()).toContain('1 written, 1 unchanged, 0 removed');
    expect(statSync(join(cwd, 'out/user.ts')).mtime).toEqual(old);
  });

  it('removes what it generated from IDL that is gone, and nothing else', async () => {
    await gen();
    write('out/mine.ts', 'export {};\n');
    write('idl/user.thrift', 'struct User {}\n');
    rmSync(join(cwd, 'idl/shared'), { recursive: true });
    const { io } = await gen();

    expect(io.out()).toContain('removed out/shared/base.ts');
    expect(output()).toEqual(['mine.ts', 'user.ts']);
  });

  it('keeps the output of IDL that is there and was not asked for', async () => {
    write('idl/other.thrift', 'struct Other {}\n');
    await gen();
    await gen('gen', 'idl/user.thrift', '-o', 'out');

    expect(output()).toEqual(['other.ts', 'shared/base.ts', 'user.ts']);
  });

  it('does not overwrite a file it did not write', async () => {
    write('out/user.ts', 'export const mine = 1;\n');
    const { code, io } = await gen();

    expect(code).toBe(3);
    expect(io.err()).toContain('user.ts was not generated and is in the way');
    expect(read('out/user.ts')).toBe('export const mine = 1;\n');
  });

  it('takes folders, several patterns and exclusions', async () => {
    write('more/extra.thrift', 'struct Extra {}\n');
    await gen('gen', 'idl', 'more/*.thrift', '!idl/user.thrift', '-o', 'out');

    expect(output()).toEqual(['idl/shared/base.ts', 'more/extra.ts']);
  });

  it('finds included files in the folders of -I, and mirrors those', async () => {
    write('vendor/common/money.thrift', 'struct Money {}\n');
    write('idl/user.thrift', 'include "common/money.thrift"\nstruct User { 1: money.Money m }\n');
    const { code } = await gen(...GEN, '-I', 'vendor');

    expect(code).toBe(0);
    expect(output()).toEqual(['common/money.ts', 'shared/base.ts', 'user.ts']);
    expect(read('out/common/money.ts')).toContain('from common/money.thrift;');
  });

  it.each(['gen idl -o out', 'lint idl', 'breaking idl --against idl'])(
    'names a file that cannot be read as the place of the fault: %s',
    async (command) => {
      write('idl/a.thrift', '\0s\0t\0r\0u\0c\0t');
      const io = memoryIo(cwd);

      expect(await run(command.split(' '), io)).toBe(3);
      expect(io.err()).toContain('\nidl/a.thrift:1:1: cannot read ');
    },
  );

  it('says what to do about an include from outside', async () => {
    write('vendor/money.thrift', 'struct Money {}\n');
    write('idl/user.thrift', 'include "../vendor/money.thrift"\n');
    const { code, io } = await gen();

    expect(code).toBe(3);
    expect(io.err()).toContain('../vendor/money.thrift is included from outside idl; add');
  });

  it('refuses two sources for one output', async () => {
    write('vendor/user.thrift', 'struct Other {}\n');
    write('idl/shared/base.thrift', 'include "../../vendor/user.thrift"\ntypedef i64 Id\n');
    const { code, io } = await gen(...GEN, '-I', 'vendor');

    expect(code).toBe(3);
    expect(io.err()).toContain('would both be generated as user.thrift');
  });

  it('shows every error of the IDL with its place', async () => {
    write('idl/user.thrift', 'struct User {\n  1: Missing id\n}\n');
    write('idl/other.thrift', 'struct Other {\n  1: i32 a\n  1: i32 b\n}\n');
    const { code, io } = await gen();

    expect(code).toBe(3);
    expect(io.err()).toContain('error: 2 errors in the IDL');
    expect(io.err()).toContain('idl/user.thrift:2:6: ');
    expect(io.err()).toContain('\n    1: Missing id\n       ^\n');
    expect(io.err()).toContain('idl/other.thrift:3:');
  });

  it('checks without writing, and lists what differs', async () => {
    await gen();
    expect((await gen(...GEN, '--check')).code).toBe(0);

    write('idl/shared/base.thrift', 'typedef i32 Id\n');
    write('idl/new.thrift', 'struct New {}\n');
    const before = read('out/shared/base.ts');
    const { code, io } = await gen(...GEN, '--check');

    expect(code).toBe(1);
    expect(io.out()).toContain('out of date out/new.ts\n');
    expect(io.out()).toContain('out of date out/shared/base.ts\n');
    expect(io.err()).toContain('run the same command without --check');
    expect(read('out/shared/base.ts')).toBe(before);
    expect(output()).not.toContain('new.ts');
  });

  it('finds leftovers when it checks', async () => {
    await gen();
    write('idl/user.thrift', '');
    rmSync(join(cwd, 'idl/shared'), { recursive: true });
    const { code, io } = await gen(...GEN, '--check', '--json');

    expect(code).toBe(1);
    expect(JSON.parse(io.out())).toEqual({
      outOfDate: ['user.ts'],
      leftOver: ['shared/base.ts'],
      upToDate: 0,
    });
  });

  it('says what it wrote as JSON on demand', async () => {
    const { io } = await gen(...GEN, '--json');

    expect(JSON.parse(io.out())).toEqual({
      written: ['shared/base.ts', 'user.ts'],
      removed: [],
      unchanged: 0,
    });
  });

  it('writes JSON Schema next to the TypeScript, keeps it up to date and removes it', async () => {
    await gen(...GEN, '--json-schema');
    expect(Object.keys(JSON.parse(read('out/user.schema.json')).$defs as object)).toEqual(['User']);
    const { io } = await gen(...GEN, '--json-schema');
    expect(io.out()).toContain('0 written, 4 unchanged, 0 removed');

    write('idl/user.thrift', 'struct User {}\n');
    rmSync(join(cwd, 'idl/shared'), { recursive: true });
    const { io: last } = await gen(...GEN, '--json-schema');
    expect(last.out()).toContain('removed out/shared/base.schema.json');
    expect(existsSync(join(cwd, 'out/shared/base.schema.json'))).toBe(false);
  });

  it('shows where an annotation is wrong, if it is asked for validators', async () => {
    write('idl/shared/base.thrift', 'typedef i64 Id\nstruct A {\n  1: i32 a (vt.gt = "x")\n}\n');
    expect((await gen()).code).toBe(0);
    const { code, io } = await gen(...GEN, '--validators');

    expect(code).toBe(3);
    expect(io.err()).toContain('idl/shared/base.thrift:3:10: field "a": vt.gt: takes an integer');
    expect(io.err()).toContain('\n    1: i32 a (vt.gt = "x")\n           ^\n');
  });

  it('represents i64 as asked', async () => {
    await gen(...GEN, '--i64', 'string');

    expect(read('out/shared/base.ts')).toContain('export type Id = string;');
  });

  it('writes static codecs to files of their own, and removes them when they are not asked for', async () => {
    await gen(...GEN, '--codecs', 'static');
    expect(read('out/user.codec.ts')).toContain(
      'export const UserCodec: StructCodec<user.User> = {',
    );
    expect(read('out/user.ts')).toContain('() => userCodecs.UserCodec');
    expect((await gen(...GEN, '--codecs', 'static', '--check')).code).toBe(0);
    expect((await gen(...GEN, '--check')).code).toBe(1);

    await gen();
    expect(existsSync(join(cwd, 'out/user.codec.ts'))).toBe(false);
    expect((await gen(...GEN, '--check')).code).toBe(0);
  });

  it('keeps the annotations of fields that are named, and none otherwise', async () => {
    write(
      'idl/user.thrift',
      'struct User { 1: optional i32 age = 1 (api.query = "a", go.tag = "b", note = "c") }\n',
    );
    await gen();
    expect(read('out/user.ts')).toContain('age: t.optional(1, t.i32, { default: 1 }),');

    const named = [...GEN, '--annotations', 'api.*,go.tag'];
    expect((await gen(...named, '--check')).code).toBe(1);
    await gen(...named);
    expect(read('out/user.ts')).toContain(
      `{ default: 1, annotations: { 'api.query': ['a'], 'go.tag': ['b'] } }`,
    );
    expect((await gen(...named, '--check')).code).toBe(0);
    expect(
      (await gen(...GEN, '--annotations', 'go.tag', '--annotations', 'api.*', '--check')).code,
    ).toBe(0);
    expect((await gen(...GEN, '--check')).code).toBe(1);
  });

  it('keeps annotations of fields for each input of a configuration file by itself', async () => {
    write('idl/user.thrift', 'struct User { 1: i32 age (api.query = "a", go.tag = "b") }\n');
    write(
      'nestjs-thrift.yaml',
      `gen:
  - { idl: idl/user.thrift, out: bare }
  - { idl: idl/user.thrift, out: text, annotations: 'api.*,agw' }
  - { idl: idl/user.thrift, out: list, annotations: [api.*, go.tag] }
`,
    );
    expect((await gen('gen')).code).toBe(0);
    expect(read('bare/user.ts')).toContain('age: t.field(1, t.i32),');
    expect(read('text/user.ts')).toContain(`{ annotations: { 'api.query': ['a'] } }`);
    expect(read('list/user.ts')).toContain(
      `{ annotations: { 'api.query': ['a'], 'go.tag': ['b'] } }`,
    );
    expect((await gen('gen', '--check')).code).toBe(0);
  });

  it('imports from the module of the target, or from the one that is named', async () => {
    await gen();
    expect(read('out/user.ts')).toContain(`from '@nestjs-thrift/microservice/runtime'`);
    await gen(...GEN, '--target', 'node');
    expect(read('out/user.ts')).toContain(`from '@nestjs-thrift/transport/runtime'`);
    await gen(...GEN, '--runtime', '#thrift');
    expect(read('out/user.ts')).toContain(`from '#thrift'`);
  });

  it.each([
    ['module', { module: 'nodenext' }, './shared/base.js'],
    ['commonjs', { module: 'nodenext' }, './shared/base'],
    ['module', { module: 'esnext', moduleResolution: 'bundler' }, './shared/base'],
    ['commonjs', { module: 'commonjs' }, './shared/base'],
    ['module', { module: 'nodenext', rewriteRelativeImportExtensions: true }, './shared/base.ts'],
  ])('ends imports as a %s with %j needs it', async (type, compilerOptions, specifier) => {
    write('package.json', JSON.stringify({ type }));
    write('tsconfig.base.json', JSON.stringify({ compilerOptions }));
    write('tsconfig.json', '{ "extends": "./tsconfig.base.json" } // comment');
    await gen();
    expect(read('out/user.ts')).toContain(`from '${specifier}'`);
    await gen(...GEN, '--import-extension', 'js');
    expect(read('out/user.ts')).toContain(`from './shared/base.js'`);
  });

  it('warns of a module that the nearest package.json does not list', async () => {
    write('package.json', '{ "dependencies": { "@nestjs-thrift/transport": "1" } }');
    expect((await gen()).io.err()).toBe(
      'warning: generated files import @nestjs-thrift/microservice/runtime, but package.json does not list ' +
        '@nestjs-thrift/microservice; add it with: npm install @nestjs-thrift/microservice\n',
    );
    expect((await gen(...GEN, '--target', 'node')).io.err()).toBe('');
  });

  it('generates what a configuration file lists, each input with its own options', async () => {
    write(
      'nestjs-thrift.yaml',
      `gen:
  - idl: idl/**/*.thrift
    out: out
  - idl: [idl/user.thrift]
    out: node
    target: node
    fieldNames: camelCase
    validators: true
    include: [idl, other]
`,
    );
    expect((await gen('gen')).code).toBe(0);
    expect(read('out/user.ts')).toContain('@nestjs-thrift/microservice/runtime');
    expect(read('node/user.ts')).toContain('@nestjs-thrift/transport/runtime/validation');
    expect((await gen('gen', '--check')).code).toBe(0);
    write('idl/user.thrift', 'struct User { 1: string other }');
    const { code, io } = await gen('gen', '--check');
    expect(code).toBe(1);
    expect(io.out()).toContain('out of date out/user.ts');
    expect(io.out()).toContain('out of date node/user.ts');
  });

  it.each([
    ['', 'it must have a list "gen" with one input at least'],
    [
      'gen: [{ idl: a.thrift }]',
      'input 1 needs idl, which names .thrift files, and the folder out',
    ],
    ['gen: [{ idl: a.thrift, out: o, tagret: node }]', `input 1: unknown option '--tagret=node'`],
    ['gen: [{ idl: a.thrift, out: o, i64: int }]', 'Allowed choices are bigint, number, string'],
    [
      'gen: [{ idl: a.thrift, out: o, annotations: a*b }]',
      `input 1: option '--annotations <patterns>' argument 'a*b' is invalid. Give names of annotations`,
    ],
    ['gen: [{ idl: a.thrift, out: o, watch: true }]', `input 1: unknown option '--watch'`],
    ['gen: ["a.thrift"]', 'input 1 must be an object with idl and out'],
  ])('rejects the configuration %j', async (text, message) => {
    write('own.yaml', text);
    const { code, io } = await gen('gen', '--config', 'own.yaml');
    expect(code).toBe(3);
    expect(io.err()).toContain(`cannot use own.yaml: `);
    expect(io.err()).toContain(message);
  });

  it('asks for IDL where there is neither a pattern nor a configuration', async () => {
    const { code, io } = await gen('gen');
    expect(code).toBe(2);
    expect(io.err()).toContain(
      `name the IDL, as in: nestjs-thrift gen 'idl/**/*.thrift' -o src/gen`,
    );
  });

  it.each([
    [['gen', 'none/*.thrift', '-o', 'out'], `no .thrift file matches 'none/*.thrift'`],
    [['gen', 'idl'], `required option '-o, --out <folder>' not specified`],
    [[...GEN, '--i64', 'int'], `Allowed choices are bigint, number, string`],
    [
      [...GEN, '--annotations', 'api.*,*.tag'],
      `option '--annotations <patterns>' argument 'api.*,*.tag' is invalid. Give names of annotations`,
    ],
    [[...GEN, '--annotations='], `option '--annotations <patterns>' argument '' is invalid.`],
    [[...GEN, '--watch', '--check'], `cannot be used with`],
    [[...GEN, '--chek'], `Did you mean --check?`],
  ])('ends with 2 for %j', async (argv, message) => {
    const { code, io } = await gen(...argv);

    expect(code).toBe(2);
    expect(io.err()).toContain(message);
  });

  it('watches: generates now and on changes, survives errors, and stops on Ctrl-C', async () => {
    const io = memoryIo(cwd);
    const done = run([...GEN, '--watch'], io);
    await until(() => io.out().includes('2 written'));

    write('idl/user.thrift', 'struct User {');
    await until(() => io.err().includes('1 error in the IDL'));

    write('idl/user.thrift', 'struct User { 1: string renamed }\n');
    await until(
      () =>
        io.out().includes('1 written, 0 unchanged, 1 removed') ||
        io.out().includes('1 written, 1 unchanged'),
    );
    expect(read('out/user.ts')).toContain('renamed?: string | undefined;');

    io.interrupt();
    expect(await done).toBe(130);
  }, 40_000);
});
