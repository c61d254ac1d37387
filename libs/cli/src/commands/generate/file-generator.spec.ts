import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { GeneratedFile } from '@nestjs-thrift/codegen';
import { memoryIo } from '#test/memory-io.js';
import { FileGenerator } from './file-generator.js';
import { findSources } from './find-sources.js';

describe('a generator that watches', () => {
  let cwd: string;
  let generator: FileGenerator;
  let last: readonly GeneratedFile[];

  beforeEach(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'generator-'));
    write('base.thrift', 'typedef i64 Id\n');
    write('user.thrift', 'include "base.thrift"\nstruct User { 1: base.Id id }\n');
    write('group.thrift', 'include "user.thrift"\nstruct Group { 1: list<user.User> users }\n');
    write('other.thrift', 'struct Other {}\n');
    const options = {
      out: 'out',
      include: [],
      i64: 'bigint',
      invalidUtf8: 'replace',
      codecs: 'lazy',
      fieldNames: 'idl',
      defaultFields: 'optional',
      target: 'nest',
      annotations: ['api.*'],
    } as const;
    generator = new FileGenerator({ ...options, watch: true, jsonSchema: true }, memoryIo(cwd));
    last = [];
    await regenerated();
  });

  afterEach(() => rmSync(cwd, { recursive: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(cwd, 'idl', path)), { recursive: true });
    writeFileSync(join(cwd, 'idl', path), text);
  }

  /** Paths of the files that are not the very objects of the last run. */
  async function regenerated(): Promise<string[]> {
    const before = new Set(last);
    last = generator.generate(await findSources(['idl'], cwd));
    return last.filter((file) => !before.has(file)).map(({ path }) => path);
  }

  it('writes no file again while nothing changes', async () => {
    expect(await regenerated()).toEqual([]);
    expect(last).toHaveLength(8);
  });

  it('writes the changed file and all files that include it, directly or indirectly', async () => {
    write('user.thrift', 'include "base.thrift"\nstruct User { 1: base.Id id, 2: bool on }\n');

    expect((await regenerated()).filter((path) => path.endsWith('.ts'))).toEqual([
      'user.ts',
      'group.ts',
    ]);
    expect(last.find(({ path }) => path === 'user.ts')?.text).toContain('on?: boolean');
  });

  it('writes a file again whose annotations of fields changed', async () => {
    write('other.thrift', 'struct Other { 1: bool on (api.query = "on") }\n');
    expect(await regenerated()).toContain('other.ts');
    write('other.thrift', 'struct Other { 1: bool on (api.query = "off") }\n');

    expect(await regenerated()).toContain('other.ts');
    expect(last.find(({ path }) => path === 'other.ts')?.text).toContain(`'api.query': ['off']`);
  });

  it('gives what a first run would give, after files came and went', async () => {
    write('new.thrift', 'include "other.thrift"\nstruct New { 1: other.Other other }\n');
    rmSync(join(cwd, 'idl/group.thrift'));
    write('base.thrift', 'typedef string Id\n');
    await regenerated();
    const options = {
      out: 'out',
      include: [],
      i64: 'bigint',
      invalidUtf8: 'replace',
      codecs: 'lazy',
      fieldNames: 'idl',
      defaultFields: 'optional',
      target: 'nest',
      annotations: ['api.*'],
    } as const;
    const anew = new FileGenerator({ ...options, jsonSchema: true }, memoryIo(cwd));

    expect(last).toEqual(anew.generate(await findSources(['idl'], cwd)));
  });

  it('goes on from the last run that succeeded', async () => {
    write('user.thrift', 'struct User {');
    await expect(regenerated()).rejects.toThrow('expected');
    await expect(regenerated()).rejects.toThrow('expected');
    write('user.thrift', 'struct User {}\n');

    expect((await regenerated()).filter((path) => path.endsWith('.ts'))).toEqual([
      'user.ts',
      'group.ts',
    ]);
  });
});
