import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { ServerTransport } from '@nestjs-thrift/transport';
import { cleanUp } from '#test/cleanup.js';
import { until } from '#test/until.js';

const IDL = `
struct Item { 1: required i64 id, 2: string name }
service Shop { Item Echo(1: Item item) }`;
const binary = resolve('libs/cli/bin/nestjs-thrift.js');
const isReady =
  spawnSync('tmux', ['-V']).status === 0 && existsSync('libs/cli/dist/bundle/index.js');

if (!isReady) {
  console.warn('without tmux, or without a build of libs/cli, nothing is run in a terminal');
}

/** A pseudo-terminal of some width, in which a command runs. */
class Terminal {
  readonly #socket = `nestjs-thrift-${randomUUID()}`;

  constructor(columns: number, command: string, cwd: string, env: Record<string, string> = {}) {
    const size = ['-x', String(columns), '-y', '200'];
    const set = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    // The shell stays, so that the screen can be read.
    const script = `${command}; echo "ended with $?"; exec cat`;
    this.#tmux('-f', '/dev/null', 'new-session', '-d', ...size, ...set, '-c', cwd, script);
    cleanUp(() => this.#tmux('kill-server'));
  }

  /** What the screen shows; lines that the terminal itself has broken are one. */
  screen(): string {
    return this.#tmux('capture-pane', '-p', '-J', '-S', '-1000').replaceAll(/ +$/gm, '');
  }

  /** With the sequences of colours. */
  colored(): string {
    return this.#tmux('capture-pane', '-p', '-e');
  }

  press(key: string): void {
    this.#tmux('send-keys', key);
  }

  async ended(): Promise<string> {
    await until(() => this.screen().includes('ended with '));
    return this.screen();
  }

  #tmux(...argv: string[]): string {
    // The terminal decides on colours, not the environment of these tests.
    const env = { ...process.env, NO_COLOR: undefined };
    return execFileSync('tmux', ['-L', this.#socket, ...argv], { encoding: 'utf8', env });
  }
}

(isReady ? describe : describe.skip)('nestjs-thrift in a terminal', () => {
  let folder: string;
  let server: ServerTransport;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'terminal-'));
    writeFileSync(join(folder, 'shop.thrift'), IDL);
    const compiled = compileSchema(loadSchemaFromText(IDL, { file: 'shop.thrift' }));
    const handlers = { Echo: ({ item }: Record<string, unknown>) => item };
    server = new ServerTransport([{ definition: compiled.service('Shop'), handlers }], {
      port: 0,
      host: '127.0.0.1',
    });
    await server.listen();
  });
  afterAll(async () => {
    await server.close({ drainTimeoutMs: 0 });
    rmSync(folder, { recursive: true });
  });

  const run = (columns: number, argv: string, env?: Record<string, string>) =>
    new Terminal(columns, `"${process.execPath}" "${binary}" ${argv}`, folder, env);

  it.each([40, 80, 120, 200])('wraps help at %d columns', async (columns) => {
    for (const argv of ['--help', 'bench --help']) {
      const lines = (await run(columns, argv).ended()).split('\n');
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
      expect(lines.length).toBeGreaterThan(10);
    }
  });

  it.each([40, 120])('wraps errors and IDL at %d columns', async (columns) => {
    const unknown = await run(columns, 'call 127.0.0.1:1 Shop.Ecko --idl shop.thrift').ended();
    expect(unknown.replaceAll(/\s+/g, ' ')).toContain('did you mean Echo? ended with 2');
    const shown = await run(columns, 'describe shop.thrift').ended();
    for (const line of `${unknown}\n${shown}`.split('\n')) {
      expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  it('colours JSON, and does not with NO_COLOR', async () => {
    const argv = `call ${server.address} Echo id=1 name=x --connect-timeout 5s --idl shop.thrift`;
    const colored = run(80, argv);
    expect(await colored.ended()).toContain('"name": "x"');
    expect(colored.colored()).toContain('\u001b[32m"x"');
    const plain = run(80, argv, { NO_COLOR: '1' });
    expect(await plain.ended()).toContain('"name": "x"');
    expect(plain.colored()).not.toContain('\u001b[32m');
  });

  it.each([40, 200])(
    'shows a run of bench as it goes at %d columns, and removes it',
    async (columns) => {
      const load = `-c 2 --duration 3s --connect-timeout 5s --assert 'errors<1%' --idl shop.thrift`;
      const terminal = run(columns, `bench ${server.address} Echo id=1 ${load}`);
      await until(() => terminal.screen().includes('✓ errors<1%'));
      const during = terminal.screen();
      expect(during).toMatch(/█|░/);
      expect(during).toMatch(/p50 +[\d.]+ ms/);
      const after = await terminal.ended();
      expect(after).toMatch(/successful\s+calls\/s/);
      expect(after).not.toContain('░');
      expect(after).not.toContain('█');
      for (const line of `${during}\n${after}`.split('\n')) {
        expect(line.length).toBeLessThanOrEqual(columns);
      }
    },
  );

  it('ends with 130 at Ctrl-C', async () => {
    const terminal = run(80, `bench ${server.address} Echo id=1 --duration 1h --idl shop.thrift`);
    await until(() => /[1-9]\d* calls/.test(terminal.screen()));
    terminal.press('C-c');
    const after = await terminal.ended();
    expect(after).toContain('error: interrupted\nended with 130');
    expect(after).toContain('latency of successful calls');
  });
});
