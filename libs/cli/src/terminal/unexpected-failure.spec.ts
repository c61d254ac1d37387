import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { cleanUp } from '#test/cleanup.js';
import { memoryIo } from '#test/memory-io.js';
import { COMMANDS } from '../commands/index.js';
import { run } from '../main.js';
import { unexpectedFailure } from './unexpected-failure.js';

describe('nestjs-thrift', () => {
  it('ends with 70 and asks for a report where it fails itself', async () => {
    const entry = COMMANDS.find(({ name }) => name === 'describe')!;
    const original = { ...entry };
    cleanUp(() => Object.assign(entry, original));
    Object.assign(entry, {
      load: async () => ({
        configure: (command: Command) =>
          void command.action(() => {
            throw new RangeError('Maximum call stack size exceeded');
          }),
      }),
    });
    const io = memoryIo('.');

    expect(await run(['describe'], io)).toBe(70);
    expect(io.err()).toMatch(
      /^error: internal error of nestjs-thrift, not of your input: RangeError: Maximum call stack size exceeded\nPlease report it/,
    );
    expect(io.err()).toContain(`Node ${process.version}`);
    expect(io.err()).toContain('unexpected-failure.spec');
  });

  it('ends with 3 and the reason where the operating system refuses', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'fail-'));
    cleanUp(() => rmSync(cwd, { recursive: true }));
    writeFileSync(join(cwd, 'a.thrift'), 'struct A {}');
    mkdirSync(join(cwd, 'out'));
    writeFileSync(join(cwd, 'out/nested'), '');
    const io = memoryIo(cwd);

    expect(await run(['gen', 'a.thrift', '-o', 'out/nested/deeper'], io)).toBe(3);
    expect(io.err()).toBe(
      'error: cannot write out/nested/deeper/a.ts: a part of the path is a file, not a folder\n',
    );
  });

  it('does not leave out what is thrown without being an error', () => {
    expect(unexpectedFailure('odd', [])).toMatchObject({ exitCode: 70 });
    expect(unexpectedFailure('odd', []).message).toContain('odd');
  });
});
