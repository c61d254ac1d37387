import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Makes a process run an exported function of a module. */
export interface ChildRequest {
  readonly id: number;
  readonly module: string;
  /** Empty to load the module only. */
  readonly name: string;
  readonly given: readonly unknown[];
}

/** Its result or error. */
export interface ChildReply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** The exported functions of a module, run in another process. */
export type Remote<Module> = {
  [Name in keyof Module]: Module[Name] extends (...given: infer Given) => infer Result
    ? (...given: Given) => Promise<Awaited<Result>>
    : never;
};

/** How a process is started. */
export interface ChildOptions {
  /** Network namespace to start it in. */
  readonly namespace?: string;
  /** Further flags of Node.js. */
  readonly flags?: readonly string[];
}

const HEAP_MB = 512;
const MAX_OUTPUT_CHARACTERS = 1_000_000;
const START_TIMEOUT_MS = 60_000;
const REPLY_TIMEOUT_MS = 60_000;
const READY = 0;

const running = new Set<ChildProcess>();
// A process whose event loop is blocked does not see that its IPC channel has closed.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** A process with a heap of 512 MB, in which functions of modules run. */
export class Child {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (reply: ChildReply) => void>();
  #output = '';
  #lastId = READY;

  /** Starts a process and waits until it takes requests. */
  static async start(options: ChildOptions = {}): Promise<Child> {
    const child = new Child(options);
    await child.#reply(READY, START_TIMEOUT_MS, 'start');
    return child;
  }

  constructor({ namespace, flags = [] }: ChildOptions) {
    const [command, ...words] = [
      ...(namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace]),
      process.execPath,
      // The flags that run TypeScript sources.
      ...process.execArgv,
      ...flags,
      '--expose-gc',
      `--max-old-space-size=${HEAP_MB}`,
      fileURLToPath(new URL('child-main.ts', import.meta.url)),
    ];
    this.#process = spawn(command!, words, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    running.add(this.#process);
    for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
      stream.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-MAX_OUTPUT_CHARACTERS);
      });
    }
    this.#process.on('message', (reply: ChildReply) => this.#waiting.get(reply.id)?.(reply));
    this.#process.on('close', () => {
      running.delete(this.#process);
      for (const [id, settle] of this.#waiting) {
        settle({ id, error: this.describeEnd() });
      }
    });
    // Reported by those who wait for a reply.
    this.#process.on('error', () => undefined);
  }

  get pid(): number {
    return this.#process.pid!;
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** What it has written to its output, its end at least. */
  get output(): string {
    return this.#output;
  }

  /** How it ended, with the line of its output that says why. */
  describeEnd(): string {
    const { exitCode, signalCode } = this.#process;
    const reason = /^.*(FATAL ERROR|Error:|ERR_).*$/m.exec(this.#output)?.[0].trim() ?? '';
    return `process ended with ${signalCode ?? `code ${exitCode}`}: ${reason.slice(0, 200)}`;
  }

  /**
   * The functions of a module, by its URL. Each rejects when the process ends, and after `timeoutMs`: an event loop that is
   * blocked answers nothing.
   */
  module<Module>(url: string | URL, timeoutMs = REPLY_TIMEOUT_MS): Remote<Module> {
    return new Proxy({} as Remote<Module>, {
      get: (_target, name) =>
        // Not a promise itself: `await` must not take it for one.
        name === 'then'
          ? undefined
          : (...given: unknown[]) => this.#run(String(url), String(name), given, timeoutMs),
    });
  }

  /** Loads a module, so that its functions start at once. */
  async load(url: string): Promise<void> {
    await this.#run(url, '', [], REPLY_TIMEOUT_MS);
  }

  /** Ends the process at once, as `kill -9` does. */
  async kill(): Promise<void> {
    if (this.hasEnded) {
      return;
    }
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  #run(
    module: string,
    name: string,
    given: readonly unknown[],
    timeoutMs: number,
  ): Promise<unknown> {
    const id = ++this.#lastId;
    const reply = this.#reply(id, timeoutMs, name);
    this.#process.send({ id, module, name, given } satisfies ChildRequest);
    return reply;
  }

  #reply(id: number, timeoutMs: number, name: string): Promise<unknown> {
    if (this.hasEnded) {
      return Promise.reject(new Error(this.describeEnd()));
    }
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(
        () => settle({ id, error: `${name} did not end within ${timeoutMs} ms` }),
        timeoutMs,
      );
      const settle = ({ error, value }: ChildReply): void => {
        clearTimeout(timeout);
        this.#waiting.delete(id);
        if (error === undefined) {
          resolve(value);
        } else {
          reject(new Error(error));
        }
      };
      this.#waiting.set(id, settle);
    });
  }
}
