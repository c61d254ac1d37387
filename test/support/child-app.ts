import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Let Node run the TypeScript of this repository; with TEST_PUBLISHED=1 on the packages as they are published. */
export const SOURCE_FLAGS: readonly string[] = [
  ...(process.env['TEST_PUBLISHED'] === '1' ? [] : ['--conditions=@nestjs-thrift/source']),
  '--import',
  fileURLToPath(new URL('../interop/runner/register.mjs', import.meta.url)),
  '--disable-warning=ExperimentalWarning',
];

/** A line of a log in JSON. */
export interface LogLine {
  readonly level: number | string;
  readonly message: string;
  readonly context?: string;
  readonly [field: string]: unknown;
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** An application in a separate process, run from its TypeScript source, which logs JSON lines. */
export class ChildApp {
  readonly process: ChildProcess;
  /** Lines logged so far. */
  readonly lines: LogLine[] = [];
  readonly exited: Promise<Exit>;
  readonly #entry: string;
  readonly #output: string[] = [];
  readonly #waiting = new Set<() => void>();

  /** @param entry path of the main file, from the root of the repository. */
  constructor(entry: string, env: Readonly<Record<string, string>> = {}) {
    this.#entry = entry;
    this.process = spawn(process.execPath, [...SOURCE_FLAGS, entry], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.process.stdout!, this.process.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => this.#read(line));
    }
    this.exited = once(this.process, 'close').then(([code, signal]) => {
      this.#wake();
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
  }

  /** The first line that fits, once it is there. Rejects when the process ends without it. */
  async line(fits: (line: LogLine) => boolean): Promise<LogLine> {
    for (;;) {
      const found = this.lines.find(fits);
      if (found !== undefined) {
        return found;
      }
      if (this.#hasEnded) {
        throw new Error(`${this.#entry} ended:\n${this.#output.join('\n')}`);
      }
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** The first line whose message begins so, once it is there. */
  message(beginning: string): Promise<LogLine> {
    return this.line(({ message }) => message.startsWith(beginning));
  }

  /** The number at the end of such a message: the port listened on. */
  async port(beginning: string): Promise<number> {
    const { message } = await this.message(beginning);
    return Number(/(\d+)$/.exec(message)?.[1]);
  }

  /** Sends SIGTERM and waits for the end. */
  async terminate(): Promise<Exit> {
    if (!this.#hasEnded) {
      this.process.kill('SIGTERM');
    }
    return this.exited;
  }

  /** Ends the process at once, for the end of a test. */
  async kill(): Promise<void> {
    if (!this.#hasEnded) {
      this.process.kill('SIGKILL');
    }
    await this.exited;
  }

  /** Output other than log lines, for a failure to show. */
  get text(): string {
    return this.#output.join('\n');
  }

  get #hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  #read(line: string): void {
    this.#output.push(line);
    if (!line.startsWith('{')) {
      return;
    }
    this.lines.push(JSON.parse(line) as LogLine);
    this.#wake();
  }

  #wake(): void {
    for (const resume of this.#waiting) {
      resume();
    }
    this.#waiting.clear();
  }
}
