import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A command with its arguments. */
export type Command = readonly [string, ...string[]];

/** Where and for how long a command runs. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Runs a command to its end; rejects with its output when it fails. */
export function run([file, ...args]: Command, options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...options.env };
    const { cwd, timeoutMs = 600_000 } = options;
    const limits = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 64 << 20 } as const;
    execFile(file, args, { cwd, env, ...limits }, (error, stdout, stderr) => {
      if (error === null) {
        resolve(stdout);
      } else {
        reject(new Error(`${[file, ...args].join(' ')}\n${(stdout + stderr).slice(-4000)}`));
      }
    });
  });
}

/** First line of what a command prints; `undefined` when it cannot be run. */
export async function firstLine(command: Command): Promise<string | undefined> {
  const output = await run(command, { timeoutMs: 30_000 }).catch(() => undefined);
  return output?.trim().split('\n')[0];
}

/** A peer that serves: ends when it is stopped, or when this process ends. */
export interface RunningServer {
  readonly port: number;
  /** Writes a line to its input. */
  tell(line: string): void;
  readonly exited: Promise<void>;
  /** What it has printed. */
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

/** Starts a server and waits until it says `ready PORT`. */
export async function startServer(
  [file, ...args]: Command,
  options: RunOptions = {},
): Promise<RunningServer> {
  const env = { ...process.env, ...options.env };
  const child = spawn(file, args, { cwd: options.cwd, env });
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const lines: string[] = [];
  const port = await readyPort(child, [file, ...args].join(' '), lines);
  return {
    port,
    lines,
    tell: (line) => child.stdin.write(`${line}\n`),
    exited,
    async stop() {
      child.stdin.end();
      const killer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(killer);
    },
  };
}

function readyPort(
  child: ChildProcessWithoutNullStreams,
  title: string,
  lines: string[],
): Promise<number> {
  return new Promise((resolve, reject) => {
    let errors = '';
    const fail = (reason: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`${title}: ${reason}\n${errors.slice(-2000)}`));
    };
    const timer = setTimeout(() => fail('not ready after 30 s'), 30_000);
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + String(chunk)).slice(-4000);
    });
    child.once('error', (error) => fail(error.message));
    child.once('close', () => fail('ended before it was ready'));
    child.stdin.on('error', () => undefined);
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const ready = /^ready (\d+)$/.exec(line);
      if (ready === null) {
        return;
      }
      clearTimeout(timer);
      resolve(Number(ready[1]));
    });
  });
}
