import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryIo } from '#test/memory-io.js';
import { run } from '../main.js';

describe('--implicit-field-ids', () => {
  let cwd: string;

  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), 'ids-'));
    writeFileSync(join(cwd, 'a.thrift'), 'service S { i32 add(i32 x, i32 y) }\n');
  });

  afterAll(() => rmSync(cwd, { recursive: true }));

  it.each([
    [['gen', 'a.thrift', '-o', 'gen']],
    [['describe', 'a.thrift']],
    [['lint', 'a.thrift']],
    [['breaking', 'a.thrift', '--against', 'a.thrift']],
    [['call', '127.0.0.1:1', 'S.add', '{}', '--idl', 'a.thrift']],
    [['bench', '127.0.0.1:1', 'S.add', '{}', '--idl', 'a.thrift']],
    [['diagnose', '127.0.0.1:1', 'S.add', '{}', '--idl', 'a.thrift']],
  ])('is asked for by %j', async (argv) => {
    const io = memoryIo(cwd);

    await expect(run(argv, io)).resolves.toBe(3);
    expect(io.err()).toContain('a.thrift:1:25: "x" of "add" has no id');
  });

  it.each([
    ['apache', 'x: t.field(-1, t.i32), y: t.field(-2, t.i32)'],
    ['kitex', 'x: t.field(1, t.i32), y: t.field(2, t.i32)'],
  ])('numbers fields as %s', async (compiler, fields) => {
    const io = memoryIo(cwd);
    const argv = ['gen', 'a.thrift', '-o', compiler, '--implicit-field-ids', compiler];

    await expect(run(argv, io)).resolves.toBe(0);
    expect(readFileSync(join(cwd, compiler, 'a.ts'), 'utf8')).toContain(fields);
  });

  it.each([
    [['describe', 'a.thrift'], 0],
    [['breaking', 'a.thrift', '--against', 'a.thrift'], 0],
    [['lint', 'a.thrift'], 1],
    [['call', '127.0.0.1:1', 'S.add', '{}', '--idl', 'a.thrift'], 4],
  ])('lets %j load the IDL', async (argv, code) => {
    const io = memoryIo(cwd);

    await expect(run([...argv, '--implicit-field-ids', 'kitex'], io)).resolves.toBe(code);
  });
});
