import { Readable } from 'node:stream';
import { jest } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import { run } from '@nestjs-thrift/cli';
import { snippetsOf } from './markdown.js';

/** A port nobody listens on, instead of the one readers see. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

function blocks(language: string): string {
  return snippetsOf('README.md', [language])
    .map(({ code }) => code)
    .join('\n');
}

describe('the screen of code in the README', () => {
  // Inside the repository, so that the packages are found.
  const folder = mkdtempSync(resolve('test/docs/.readme-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is generated, serves and calls itself as it stands', async () => {
    mkdirSync(join(folder, 'idl'));
    writeFileSync(join(folder, 'idl/user.thrift'), blocks('thrift'));
    const output = { write: () => true };
    const io = {
      stdin: Readable.from([]),
      stdout: output,
      stderr: output,
      env: {},
      cwd: folder,
      signal: new AbortController().signal,
    };
    expect(await run(['gen', 'idl/**/*.thrift', '-o', 'src/gen'], io)).toBe(0);
    const main = join(folder, 'src/main.ts');
    writeFileSync(main, blocks('ts').replaceAll('8888', String(await freePort())));

    Logger.overrideLogger(false);
    const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    await import(main);
    expect(log.mock.calls).toEqual([['Hello, Ada']]);
    log.mockRestore();
  });
});
