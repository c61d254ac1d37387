import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { globSync } from 'tinyglobby';
import { freePort, isListening } from '#test/ports.js';
import { until } from '#test/until.js';
import { runQuietly } from './commands.js';
import { TOOLS_BIN } from './registry.js';

export type Manager = 'npm' | 'pnpm';

/** The port that documentation and `init` name. */
const DOCUMENTED_PORT = '8888';
/** Long enough for a machine that other steps keep busy. */
const START_LIMIT_MS = 180_000;
/** A command that does not end must not hold up the gate. */
const COMMAND_LIMIT_MS = 600_000;

/** How pnpm users write what the documentation says with npm. */
const PNPM: readonly (readonly [RegExp, string])[] = [
  [/^npx (@nestjs-thrift\/cli|@nestjs\/cli)\b/, 'pnpm dlx $1'],
  [/^npx /, 'pnpm exec '],
  [/^npm install --save-dev /, 'pnpm add --save-dev '],
  [/^npm install (?=\S)/, 'pnpm add '],
  [/^npm /, 'pnpm '],
];

/** A user with an empty folder, a shell and a package manager. */
export class Newcomer {
  readonly folder: string;
  readonly commands: string[] = [];
  /** The commands with what they printed. */
  transcript = '';
  readonly #manager: Manager;
  readonly #port: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #startedAt = performance.now();
  #cpuSeconds = 0;
  #started: ChildProcess | undefined;

  private constructor(manager: Manager, registry: string, port: number) {
    this.folder = mkdtempSync(join(tmpdir(), 'newcomer-'));
    this.#manager = manager;
    this.#port = String(port);
    this.#env = userEnvironment(registry);
  }

  static async arrive(manager: Manager, registry: string): Promise<Newcomer> {
    return new Newcomer(manager, registry, await freePort());
  }

  /** Seconds since the first command. */
  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  /** Seconds of processor time of the commands that ended. */
  get cpuSeconds(): number {
    return this.#cpuSeconds;
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, this.#withPort(text));
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** The text of a file with the port of the documentation. */
  asDocumented(path: string): string {
    return this.read(path).replaceAll(this.#port, DOCUMENTED_PORT);
  }

  /** Runs a line of the documentation; one that starts an application returns once that listens. */
  async type(line: string): Promise<string> {
    const command = this.#translated(this.#withPort(line));
    this.commands.push(command);
    if (/(^p?npm (run )?start|\bgo run \. \S+)$/.test(command)) {
      await this.#start(command);
      return '';
    }
    const times = join(this.folder, '.times');
    const output = await runQuietly('bash', ['-e', '-c', `${command}\ntimes >${times}`], {
      cwd: this.folder,
      env: this.#env,
      timeout: COMMAND_LIMIT_MS,
    });
    this.#cpuSeconds += processorSeconds(readFileSync(times, 'utf8'));
    rmSync(times);
    this.transcript += `$ ${command}\n${output}\n`;
    this.#usePort();
    return output;
  }

  /** Stops the application, and removes the folder. */
  async leave(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Stops the application that runs. */
  async stop(): Promise<void> {
    const child = this.#started;
    this.#started = undefined;
    if (child === undefined || child.exitCode !== null) {
      return;
    }
    const closed = once(child, 'close');
    // The package manager, the Nest command line and the application are one process group.
    process.kill(-child.pid!, 'SIGTERM');
    const killed = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 10_000);
    await closed;
    clearTimeout(killed);
  }

  async #start(command: string): Promise<void> {
    let output = '';
    const child = spawn('bash', ['-c', command], {
      cwd: this.folder,
      env: this.#env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#started = child;
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    await until(async () => {
      if (child.exitCode !== null) {
        throw new Error(`${command} ended with ${child.exitCode}\n${output}`);
      }
      return isListening(Number(this.#port));
    }, START_LIMIT_MS);
  }

  /** Files that `init` wrote get the free port, too. */
  #usePort(): void {
    for (const file of globSync(['src/**/*.ts'], { cwd: this.folder, ignore: ['**/gen/**'] })) {
      const text = this.read(file);
      if (text.includes(DOCUMENTED_PORT)) {
        this.write(file, text);
      }
    }
  }

  #withPort(text: string): string {
    return text.replaceAll(DOCUMENTED_PORT, this.#port);
  }

  #translated(command: string): string {
    const [pattern, replacement] =
      (this.#manager === 'pnpm' ? PNPM : []).find(([each]) => each.test(command)) ?? [];
    return pattern === undefined ? command : command.replace(pattern, replacement!);
  }
}

/** A terminal: nothing of the npm that runs this program, and not a pipeline. */
function userEnvironment(registry: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|CI$|NODE_)/i.test(name));
  return {
    ...Object.fromEntries(kept),
    PATH: [TOOLS_BIN, process.env.PATH].join(delimiter),
    npm_config_registry: registry,
    npm_config_yes: 'true',
    npm_config_update_notifier: 'false',
    NO_COLOR: '1',
    PORT: '0',
  };
}

/** The sum of what the shell builtin `times` prints: user and system time, such as `0m28.876s`, of the shell and its commands. */
function processorSeconds(text: string): number {
  const times = [...text.matchAll(/(\d+)m([\d.]+)s/g)];
  return times.reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0,
  );
}
