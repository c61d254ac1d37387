import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { memoryIo, type MemoryIo } from '#test/memory-io.js';
import { sarifFaults } from '../../../test/support/sarif-faults.js';
import { run } from '../../main.js';

const USER =
  'include "shared/id.thrift"\n\nstruct User {\n\t1: required id.Id id\n\t2: optional string name\n}\n';
const ID = 'typedef i64 Id\n';

describe('nestjs-thrift breaking', () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'breaking-'));
    write('idl/user.thrift', USER);
    write('idl/shared/id.thrift', ID);
  });

  afterEach(() => rmSync(cwd, { recursive: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }

  function git(...args: string[]): void {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
    execFileSync('git', [...identity, ...args], { cwd, stdio: 'ignore' });
  }

  /** Puts all files into a new repository, on the branch main. */
  function commitAll(): void {
    git('init', '-b', 'main');
    git('add', '.');
    git('commit', '-m', 'first');
  }

  async function breaking(...argv: string[]): Promise<{ code: number; io: MemoryIo }> {
    const io = memoryIo(cwd);
    return { code: await run(['breaking', ...argv], io), io };
  }

  /** The findings in short. */
  async function findings(...argv: string[]): Promise<string[]> {
    const { io } = await breaking(...argv, '--json');
    const { findings: found } = JSON.parse(io.out()) as {
      findings: { rule: string; file: string; line: number; column: number }[];
    };
    return found.map(({ rule, file, line, column }) => `${file}:${line}:${column} ${rule}`);
  }

  it('ends with 0 and no output where nothing breaks', async () => {
    commitAll();
    write('idl/user.thrift', USER.replace('}', '\t3: optional i32 age\n}'));
    const { code, io } = await breaking('idl/**/*.thrift', '--against', 'main');

    expect(code).toBe(0);
    expect(io.out()).toBe('');
    expect(io.err()).toBe('0 errors, 0 warnings\n');
  });

  it('shows what breaks against a git ref, with consequence and fix', async () => {
    commitAll();
    write('idl/user.thrift', USER.replace('string name', 'i32 name'));
    const { code, io } = await breaking('idl/**/*.thrift', '--against', 'main');

    expect(code).toBe(1);
    expect(io.out()).toBe(
      [
        'idl/user.thrift:5:18: error: "name" of struct "User" changes from string to i32 [field-type-changed, wire-breaking]',
        '  \t2: optional i32 name',
        '  \t                ^',
        '  Readers of either version skip the value as unknown, or reject the message.',
        '  Fix: Add a field of the new type under a new id, and write both until the old version is gone.',
        '',
      ].join('\n'),
    );
    expect(io.err()).toBe('error: 1 error, 0 warnings\n');
  });

  it('points to the old file for what is gone', async () => {
    commitAll();
    write('idl/user.thrift', USER.replace('\t2: optional string name\n', ''));
    const { io } = await breaking('idl', '--against', 'HEAD');

    expect(io.out()).toContain('HEAD:idl/user.thrift:5:21: error: "name" of struct "User" is gone');
    expect(io.out()).toContain('  \t2: optional string name\n');
  });

  it('resolves includes at the ref, not in the working folder', async () => {
    commitAll();
    write('idl/shared/id.thrift', 'typedef i32 Id\n');

    expect(await findings('idl/user.thrift', '--against', 'main')).toEqual([
      'idl/shared/id.thrift:1:13 typedef-type-changed',
    ]);
  });

  it('finds files that are gone, and asks no more of those that are excluded', async () => {
    write('idl/draft/a.thrift', 'struct A {}\n');
    write('idl/old.thrift', 'struct Old {}\n');
    commitAll();
    rmSync(join(cwd, 'idl/draft'), { recursive: true });
    rmSync(join(cwd, 'idl/old.thrift'));

    expect(await findings('idl', '!idl/draft', '--against', 'main')).toEqual([
      'main:idl/old.thrift:1:8 type-removed',
    ]);
  });

  it('works in a folder of the repository, with folders to include from outside', async () => {
    write('vendor/base.thrift', 'struct Base { 1: i32 a }\n');
    write('service/idl/a.thrift', 'include "base.thrift"\nstruct A { 1: base.Base base }\n');
    commitAll();
    write('vendor/base.thrift', 'struct Base { 1: i64 a }\n');
    const io = memoryIo(join(cwd, 'service'));

    expect(await run(['breaking', 'idl', '--against', 'main', '-I', '../vendor'], io)).toBe(1);
    expect(io.out()).toContain('../vendor/base.thrift:1:22: error: "a" of struct "Base" changes');
  });

  it('compares with a folder, file by file', async () => {
    write('released/user.thrift', USER.replace('optional', 'required'));
    write('released/shared/id.thrift', ID);
    write('released/gone/a.thrift', 'const i32 A = 1\n');

    expect(await findings('idl/**/*.thrift', '--against', 'released')).toEqual([
      'idl/user.thrift:5:21 field-no-longer-required',
      'released/gone/a.thrift:1:11 constant-removed',
    ]);
  });

  it('compares a file with a file of another name', async () => {
    write('old/v1.thrift', 'namespace go a\nenum A { B = 0 }\n');
    write('new/v2.thrift', 'namespace go b\nenum A { B = 0 C = 1 }\n');

    expect(await findings('new/v2.thrift', '--against', 'old/v1.thrift')).toEqual([
      'new/v2.thrift:1:1 namespace-changed',
      'new/v2.thrift:2:16 enum-member-added',
    ]);
  });

  it('ends with 0 for warnings, and leaves out what is to be ignored', async () => {
    write('old.thrift', 'enum A { B = 0 }\nstruct S { 1: i32 a 2: i32 b }\n');
    write('new.thrift', 'enum A { B = 0 C = 1 }\nstruct S { 1: i64 a }\n');
    const compare = (...ignore: string[]): ReturnType<typeof breaking> =>
      breaking(
        'new.thrift',
        '--against',
        'old.thrift',
        ...ignore.flatMap((rule) => ['--ignore', rule]),
      );

    expect((await compare()).io.err()).toBe('error: 2 errors, 1 warning\n');
    expect((await compare('source-breaking', 'field-type-changed')).code).toBe(0);
    expect((await compare('wire-breaking', 'source-breaking', 'behaviour')).io.out()).toBe('');
  });

  it('reports that the old version has none of the files', async () => {
    write('README.md', 'first');
    git('init', '-b', 'main');
    git('add', 'README.md');
    git('commit', '-m', 'first');
    const { code, io } = await breaking('idl', '--against', 'main');

    expect(code).toBe(0);
    expect(io.err()).toBe('0 errors, 0 warnings; main has none of the files\n');
  });

  it.each([
    [
      ['idl', '--against', 'nowhere'],
      3,
      "there is no file or folder 'nowhere', and git says: fatal: not a git repository",
    ],
    [
      ['idl', '--against', 'idl/user.thrift'],
      2,
      'idl/user.thrift is one file, but the patterns match 2',
    ],
    [
      ['idl', '--against', 'idl', '--ignore', 'field-type'],
      2,
      '--ignore field-type: there is no such rule',
    ],
    [['none', '--against', 'idl'], 2, "no .thrift file matches 'none'"],
    [['idl'], 2, "required option '--against <version>' not specified"],
  ])('ends for %j with %i', async (argv, expected, message) => {
    const { code, io } = await breaking(...argv);

    expect(code).toBe(expected);
    expect(io.err()).toContain(message);
  });

  it.each(['nowhere', '--help', '-n', 'main:idl', 'HEAD~5', '$(touch x)', ''])(
    'exits with 3 for %j, which is not a ref',
    async (ref) => {
      commitAll();
      const { code, io } = await breaking('idl', `--against=${ref}`);

      expect(code).toBe(3);
      expect(io.err()).toContain(`'${ref}' is neither a file nor a folder nor a git ref`);
    },
  );

  it('ends with 3 where a version has errors, and says which', async () => {
    write('idl/user.thrift', 'struct A {\n');
    commitAll();
    write('idl/user.thrift', USER);
    const { code, io } = await breaking('idl', '--against', 'main');

    expect(code).toBe(3);
    expect(io.err()).toContain('main:idl/user.thrift:2:1: unexpected end of file');
  });

  it('writes annotations at the file that is looked at, also for what is gone', async () => {
    commitAll();
    write('idl/user.thrift', USER.replace('\t2: optional string name\n', ''));
    const { io } = await breaking('idl', '--against', 'main', '--format', 'github');

    expect(io.out()).toMatch(
      /^::error file=idl\/user\.thrift,line=1,col=1,title=field-removed::"name" of struct "User" is gone%0ACode .+%0AFix: .+\n$/,
    );
  });

  it('writes SARIF that fits its schema', async () => {
    commitAll();
    write('idl/user.thrift', USER.replace('string', 'i32').replace('User', 'Person'));
    const { io } = await breaking('idl', '--against', 'main', '--format', 'sarif');
    const log = JSON.parse(io.out()) as { runs: [{ results: object[] }] };

    expect(sarifFaults(log)).toEqual([]);
    expect(log.runs[0].results).toMatchObject([
      { ruleId: 'type-removed', level: 'error', properties: { category: 'source-breaking' } },
    ]);
  });
});
