import { jest } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import { run } from '@nestjs-thrift/cli';
import { memoryIo } from '#test/memory-io.js';
import { freePort } from '#test/ports.js';
import { snippetsOf } from './markdown.js';

function blocks(language: string): string {
  return snippetsOf('README.md', [language])
    .map(({ code }) => code)
    .join('\n');
}

describe('the screen of code in the README', () => {
  // Inside the repository, so that the packages are found.
  const folder = mkdtempSync(resolve('test/docs/.readme-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is generated, serves and calls itself unchanged', async () => {
    mkdirSync(join(folder, 'idl'));
    writeFileSync(join(folder, 'idl/user.thrift'), blocks('thrift'));
    expect(await run(['gen', 'idl/**/*.thrift', '-o', 'src/gen'], memoryIo(folder))).toBe(0);
    const main = join(folder, 'src/main.ts');
    // Instead of the port that readers see.
    writeFileSync(main, blocks('ts').replaceAll('8888', String(await freePort())));

    Logger.overrideLogger(false);
    const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    await import(main);
    expect(log.mock.calls).toEqual([['Hello, Ada']]);
    log.mockRestore();
  });
});
