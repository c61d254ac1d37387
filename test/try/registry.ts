import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '#test/ports.js';
import { until } from '#test/until.js';
import { inParallel, runQuietly } from './commands.js';

const TOOLS = resolve('.cache/try');
const MANIFEST = {
  private: true,
  dependencies: { verdaccio: '6.8.0', pnpm: '10.34.8' },
  // The version that verdaccio asks for is not the newest of its major version.
  overrides: { 'node-fetch': '2.7.0' },
};

/** Installs the registry and pnpm, once. */
export function installTools(): void {
  if (existsSync(join(TOOLS_BIN, 'verdaccio')) && existsSync(join(TOOLS_BIN, 'pnpm'))) {
    return;
  }
  mkdirSync(TOOLS, { recursive: true });
  writeFileSync(join(TOOLS, 'package.json'), JSON.stringify(MANIFEST));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--no-progress'], {
    cwd: TOOLS,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Folder of the commands that {@link installTools} installs. */
export const TOOLS_BIN = join(TOOLS, 'node_modules/.bin');

/** A registry on the loopback interface with the packages of this repository; everything else is that of the configured one. */
export class Registry {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url;
    this.#process = child;
    this.#folder = folder;
  }

  static async start(): Promise<Registry> {
    const folder = mkdtempSync(join(tmpdir(), 'registry-'));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/`;
    const upstream = execFileSync('npm', ['config', 'get', 'registry'], {
      encoding: 'utf8',
    }).trim();
    writeFileSync(join(folder, 'config.yaml'), configuration(folder, upstream));
    const child = spawn(
      process.execPath,
      [join(TOOLS_BIN, 'verdaccio'), '--config', 'config.yaml', '--listen', `127.0.0.1:${port}`],
      { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    await until(() => responds(`${url}-/ping`), 60_000);
    return new Registry(url, child, folder);
  }

  /** Packs all packages and publishes them. */
  async publish(): Promise<void> {
    const config = join(this.#folder, 'npmrc');
    // Anyone may publish, but npm does not try without a token.
    writeFileSync(
      config,
      `registry=${this.url}\n${this.url.replace('http:', '')}:_authToken=none\n`,
    );
    const folders = [...readdirSync('libs').map((name) => `libs/${name}`), 'npm/nestjs-thrift'];
    await inParallel(3, folders, (folder) =>
      runQuietly('npm', ['publish', '--userconfig', config, '--provenance=false'], {
        cwd: resolve(folder),
        env: { ...process.env, npm_config_registry: this.url },
      }),
    );
  }

  async close(): Promise<void> {
    this.#process.kill();
    await once(this.#process, 'close');
    rmSync(this.#folder, { recursive: true });
  }
}

/** JSON is YAML, too. */
function configuration(folder: string, upstream: string): string {
  const own = { access: '$all', publish: '$all' };
  return JSON.stringify({
    storage: join(folder, 'storage'),
    web: { enable: false },
    uplinks: { upstream: { url: upstream, maxage: '30m', timeout: '60s' } },
    packages: {
      '@nestjs-thrift/*': own,
      'nestjs-thrift': own,
      '**': { access: '$all', proxy: 'upstream' },
    },
    log: { type: 'stdout', level: 'warn' },
  });
}

async function responds(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
