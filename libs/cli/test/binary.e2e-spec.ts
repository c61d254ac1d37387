import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { until } from '#test/until.js';

const binary = resolve('libs/cli/bin/nestjs-thrift.js');
const isBuilt = existsSync('libs/cli/dist/bundle/index.js');

if (!isBuilt) {
  console.warn('libs/cli is not built: its binary is not tried');
}

(isBuilt ? describe : describe.skip)('the binary nestjs-thrift', () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'binary-'));
  });

  afterEach(() => rmSync(cwd, { recursive: true }));

  function nestjsThrift(...argv: string[]): {
    status: number | null;
    stdout: string;
    stderr: string;
  } {
    return spawnSync(process.execPath, [binary, ...argv], { cwd, encoding: 'utf8' });
  }

  it('generates', () => {
    writeFileSync(join(cwd, 'user.thrift'), 'struct User { 1: required i64 id }\n');
    const { status, stdout, stderr } = nestjsThrift('gen', '*.thrift', '-o', 'gen');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('1 written');
    expect(readFileSync(join(cwd, 'gen/user.ts'), 'utf8')).toContain('export interface User {');
  });

  it('ends with the exit code of the command', () => {
    writeFileSync(join(cwd, 'user.thrift'), 'struct User {');

    expect(nestjsThrift('gen', '*.thrift', '-o', 'gen').status).toBe(3);
    expect(nestjsThrift('gen', 'none', '-o', 'gen').status).toBe(2);
    expect(nestjsThrift('--help').status).toBe(0);
  });

  it('ends with 3 and one line where its output cannot be written', () => {
    writeFileSync(join(cwd, 'user.thrift'), 'struct User { 1: required i64 id }\n');
    const script = `"${process.execPath}" "${binary}" describe user.thrift > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', script], { cwd, encoding: 'utf8' });

    expect({ status, stderr }).toEqual({
      status: 3,
      stderr: 'error: cannot write the output: no space is left on the device\n',
    });
  });

  // A file system that says of folders that they are missing where they cannot be made; a loop here had no end.
  it('ends where a folder cannot be made, as in /proc', () => {
    writeFileSync(join(cwd, 'user.thrift'), 'service Users { void Ping() }\n');
    // Other systems have no /proc, and no folder can be made in their root either.
    const paths = ['/proc/nestjs-thrift', '/proc/self/nestjs-thrift/deeper', '/proc'];
    const commands = [
      ...paths.map((path) => ['gen', '*.thrift', '-o', path]),
      ['openapi', 'user.thrift', '--expose', 'all', '-o', '/proc/nestjs-thrift/api.json'],
      ['bench', '127.0.0.1:1', 'Ping', '--idl', 'user.thrift', '--out', '/proc/nestjs-thrift/a'],
    ];
    for (const argv of commands) {
      const options = { cwd, encoding: 'utf8', timeout: 60_000 } as const;
      const { status, stderr } = spawnSync(process.execPath, [binary, ...argv], options);

      expect({ argv, status, stderr }).toEqual({
        argv,
        status: 3,
        stderr: expect.stringMatching(/^error: cannot write \/proc\S*: .+\n$/),
      });
    }
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends with the exit code of %s', async (signal, status) => {
    writeFileSync(join(cwd, 'user.thrift'), 'struct User { 1: required i64 id }\n');
    const argv = [binary, 'gen', '*.thrift', '-o', 'gen', '--watch'];
    const child = spawn(process.execPath, argv, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    await until(() => existsSync(join(cwd, 'gen/user.ts')));
    child.kill(signal);
    const [code] = (await once(child, 'close')) as [number | null];

    expect(code).toBe(status);
    expect(errors).toMatch(/error: interrupted\n$/);
  });

  it.each(['stdout', 'stderr'] as const)(
    'exits silently when its %s is no longer read',
    async (unread) => {
      const argv = unread === 'stdout' ? ['--help'] : ['gen', 'none', '-o', 'gen'];
      const child = spawn(process.execPath, [binary, ...argv], { cwd });
      child[unread].destroy();
      let said = '';
      const other = unread === 'stdout' ? child.stderr : child.stdout;
      other.setEncoding('utf8').on('data', (text: string) => (said += text));
      const [code] = (await once(child, 'close')) as [number | null];

      // As a shell reports a program that SIGPIPE has ended.
      expect({ code, said }).toEqual({ code: 141, said: '' });
    },
  );
});
