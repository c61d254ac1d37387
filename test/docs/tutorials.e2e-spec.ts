import { jest } from '@jest/globals';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import { run } from '@nestjs-thrift/cli';
import { memoryIo } from '#test/memory-io.js';
import { freePort, isListening } from '#test/ports.js';
import { until } from '#test/until.js';
import { snippetsOf } from './markdown.js';

const SERVE = 'docs/tutorials/serve-thrift.md';
const CALL_KITEX = 'docs/tutorials/call-a-kitex-service.md';

const hasGo = spawnSync('go', ['version']).status === 0;

describe('tutorials', () => {
  // Inside the repository, so that the packages are found.
  const folder = mkdtempSync(resolve('test/docs/.tutorial-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('serve-thrift: generates code, serves and tests itself', async () => {
    const target = await prepare(SERVE, 'serve');
    const port = String(await freePort());

    const lines = await outputOf(target, SERVE, { 8888: port });

    expect(lines).toEqual([['Ada'], [true, 7n]]);
  });

  (hasGo ? describe : describe.skip)('with Go', () => {
    it('call-a-kitex-service: a gateway calls the Kitex service of the page', async () => {
      const target = await prepare(CALL_KITEX, 'kitex');
      const [kitexPort, httpPort] = [await freePort(), await freePort()];
      const kitex = await startKitex(target, kitexPort);

      try {
        const lines = await outputOf(target, CALL_KITEX, {
          8888: String(kitexPort),
          3000: String(httpPort),
        });
        expect(lines).toEqual([[{ user: { id: '1', name: 'Ada' } }], [404]]);
      } finally {
        kitex.kill();
      }
    }, 300_000);
  });

  /** Writes the IDL of a page and generates TypeScript from it. */
  async function prepare(page: string, name: string): Promise<string> {
    const target = join(folder, name);
    mkdirSync(join(target, 'idl'), { recursive: true });
    writeFileSync(join(target, 'idl/user.thrift'), blocks(page, 'thrift'));
    expect(await run(['gen', 'idl/**/*.thrift', '-o', 'src/gen'], memoryIo(target))).toBe(0);
    return target;
  }

  /** Runs the TypeScript of a page with other ports; returns what it prints. */
  async function outputOf(
    target: string,
    page: string,
    ports: Readonly<Record<string, string>>,
  ): Promise<unknown[][]> {
    const code = Object.entries(ports).reduce(
      (text, [shown, used]) => text.replaceAll(shown, used),
      blocks(page, 'ts'),
    );
    const main = join(target, 'src/main.ts');
    writeFileSync(main, code);
    Logger.overrideLogger(false);
    const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    await import(main);
    const lines = log.mock.calls;
    log.mockRestore();
    return lines;
  }

  /** Builds and starts the Go service of the page, by the commands that the page shows. */
  async function startKitex(target: string, port: number): Promise<ChildProcess> {
    const cwd = join(target, 'service');
    mkdirSync(cwd);
    const [create, start] = snippetsOf(CALL_KITEX, ['sh']).map(({ code }) => code);
    sh(create!, cwd);
    writeFileSync(join(cwd, 'main.go'), blocks(CALL_KITEX, 'go'));
    sh(start!.split('\n')[0]!, cwd);
    sh('go build -o service .', cwd);
    const kitex = spawn(join(cwd, 'service'), [`127.0.0.1:${port}`], { stdio: 'ignore' });
    await until(() => isListening(port));
    return kitex;
  }
});

function blocks(page: string, language: string): string {
  return snippetsOf(page, [language])
    .map(({ code }) => code)
    .join('\n');
}

function sh(command: string, cwd: string): void {
  execFileSync('bash', ['-e', '-c', command], { cwd, stdio: 'pipe' });
}
