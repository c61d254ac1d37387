import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryIo } from '#test/memory-io.js';
import { run } from '../../main.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openapi-'));
  writeFileSync(join(folder, 'a.thrift'), 'service S { i64 Get(1: i64 id) (api.get = "/s") }');
  writeFileSync(join(folder, 'bad.thrift'), 'service S { void Get() (api.get = "s") }');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function openapi(...argv: string[]) {
  const io = memoryIo(folder);
  const code = await run(['openapi', ...argv], io);
  return { code, out: io.out(), err: io.err() };
}

describe('the command openapi', () => {
  it('prints the document', async () => {
    const { code, out } = await openapi('a.thrift', '--title', 'Things', '--prefix', 'api');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Things' },
      paths: { '/api/s': { get: { operationId: 'S_Get' } } },
    });
  });

  it('writes a file, and checks that it is up to date', async () => {
    expect((await openapi('a.thrift', '-o', 'o.json', '--check')).code).toBe(1);
    expect((await openapi('a.thrift', '-o', 'o.json')).code).toBe(0);
    expect((await openapi('a.thrift', '-o', 'o.json', '--check')).code).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'o.json'), 'utf8'))).toHaveProperty('paths');
    const { code, err } = await openapi('a.thrift', '-o', 'o.json', '--check', '--i64', 'string');
    expect(code).toBe(1);
    expect(err).toContain('o.json differs from the IDL');
  });

  it('fails for routes that cannot be served, and for services that are not there', async () => {
    const { code, err } = await openapi('bad.thrift');
    expect(code).toBe(3);
    expect(err).toContain('bad.thrift:1:18: GET "s" of Get: the path must begin with /');
    expect((await openapi('a.thrift', '--service', 'Gone')).code).toBe(2);
    expect((await openapi('a.thrift', '--check')).code).toBe(2);
  });
});
