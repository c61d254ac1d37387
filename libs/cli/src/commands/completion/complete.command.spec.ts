import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryIo } from '#test/memory-io.js';
import { run } from '../../main.js';

const hasBash = spawnSync('bash', ['--version']).status === 0;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'complete-'));
  writeFileSync(
    join(folder, 'shop.thrift'),
    'struct Item {}\nservice Shop { Item Get() void Put(1: Item item) }\n',
  );
  writeFileSync(
    join(folder, '.nestjs-thrift.yaml'),
    'targets:\n  shop: { address: "127.0.0.1:1", idl: shop.thrift }\n  stock: { address: "127.0.0.1:2" }\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

async function complete(...words: string[]): Promise<string[]> {
  const io = memoryIo(folder);
  await run(['complete', '--', ...words], io);
  return io.out().split('\n').slice(0, -1);
}

describe('complete', () => {
  it.each([
    [['ca'], ['call']],
    [['complet'], ['completion']],
    [
      ['call', ''],
      ['shop', 'stock'],
    ],
    [
      ['call', 'shop', ''],
      ['Shop.Get', 'Shop.Put'],
    ],
    [['bench', 'shop', 'Shop.P'], ['Shop.Put']],
    [['call', 'shop', 'Shop/P'], ['Shop/Put']],
    [['call', 'shop', 'P'], ['Put']],
    [
      ['diagnose', ''],
      ['shop', 'stock'],
    ],
    [['call', '--timeout', '1s', 'shop', 'Shop.G'], ['Shop.Get']],
    [['call', '127.0.0.1:1', '--idl', 'shop.thrift', 'Shop.G'], ['Shop.Get']],
    [['call', 'shop', 'Shop.Get', '--conn'], ['--connect-timeout']],
    [
      ['call', '--protocol', ''],
      ['binary', 'compact'],
    ],
    [['call', '--idl', ''], []],
    [['describe', 'shop.thrift', 'I'], ['Item']],
    [['completion', 'z'], ['zsh']],
    [['unknown', ''], []],
    [['call', 'stock', ''], []],
  ])('of %j is %j', async (words, expected) => {
    expect(await complete(...words)).toEqual(expected);
  });

  it('is not in the help', async () => {
    const io = memoryIo(folder);
    await run(['--help'], io);

    expect(io.out()).toContain('  completion ');
    expect(io.out()).not.toMatch(/^ {2}complete /m);
  });
});

describe('completion', () => {
  const script = async (shell: string) => {
    const io = memoryIo(folder);
    await run(['completion', shell], io);
    return io.out();
  };

  it.each(['bash', 'zsh', 'fish', 'powershell'])('prints a script for %s', async (shell) => {
    expect(await script(shell)).toContain('nestjs-thrift complete --');
  });

  (hasBash ? describe : describe.skip)('in bash', () => {
    it('completes with what the program prints', async () => {
      // Prints the words it was asked with, as candidates.
      writeFileSync(
        join(folder, 'nestjs-thrift'),
        '#!/bin/sh\nshift 2\nprintf "%s\\n" shop stock "$@"\n',
      );
      chmodSync(join(folder, 'nestjs-thrift'), 0o755);
      const program = `${await script('bash')}
COMP_WORDS=(nestjs-thrift call s)
COMP_CWORD=2
_nestjs_thrift
printf '%s\\n' "\${COMPREPLY[@]}"`;
      const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };

      expect(execFileSync('bash', ['-c', program], { env, encoding: 'utf8' })).toBe(
        'shop\nstock\ns\n',
      );
    });
  });
});
