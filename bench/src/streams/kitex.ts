import {
  execFile,
  execFileSync,
  spawn,
  type ChildProcessWithoutNullStreams,
} from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { keepOnProcessor } from '../rpc/processors.js';
import { cpuNanosecondsOf } from '../statistics.js';
import type { StreamLoad } from './peer.js';

const bench = fileURLToPath(new URL('../../../', import.meta.url));
const folder = path.join(bench, '.cache/kitex-streams');
const program = path.join(folder, 'kitex-streams');

/** Builds the Go program; returns why it cannot be built, or nothing. */
export function buildKitex(): string | undefined {
  if (existsSync(program)) {
    return undefined;
  }
  const env = { ...process.env, GOFLAGS: '-mod=mod -buildvcs=false' };
  const go = (...args: string[]): void =>
    void execFileSync('go', args, { cwd: folder, env, stdio: 'pipe' });
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(bench, 'src/streams/kitex'), folder, { recursive: true });
  try {
    go('build', '-o', 'tool', 'github.com/cloudwego/kitex/tool/cmd/kitex');
    const idl = path.join(bench, 'idl/streams.thrift');
    const options = ['-streamx', '-module', 'peer', '-gen-path', 'gen', idl];
    execFileSync(path.join(folder, 'tool'), options, { cwd: folder, env, stdio: 'pipe' });
    go('build', '-o', program, '.');
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return text.includes('ENOENT') ? 'Go is not installed' : text.slice(0, 2000);
  }
}

/** A server of Kitex, and clients of Kitex that call it. */
export class KitexProcesses {
  readonly #server: ChildProcessWithoutNullStreams;
  #port = '';

  constructor() {
    this.#server = spawn(program, ['serve']);
    keepOnProcessor(this.#server.pid!, 0);
  }

  async start(): Promise<void> {
    this.#port = (await firstLine(this.#server)).replace('ready ', '');
  }

  /** CPU time of the server so far, and its memory. */
  serverUsage(): { readonly cpuNs: number; readonly residentBytes: number } {
    const pid = this.#server.pid!;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const residentBytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
    return { cpuNs: cpuNanosecondsOf(pid), residentBytes };
  }

  async load(streams: number, milliseconds: number): Promise<StreamLoad> {
    return (await this.#run('load', streams, milliseconds)) as StreamLoad;
  }

  async firstMessageMs(streams: number): Promise<number> {
    return ((await this.#run('first', streams)) as { medianMs: number }).medianMs;
  }

  /** Memory of so many streams that wait, of both sides, in bytes. */
  async hold(streams: number): Promise<{ readonly client: number; readonly server: number }> {
    const before = this.serverUsage().residentBytes;
    const client = spawn(program, ['hold', this.#port, String(streams)]);
    const line = await firstLine(client);
    const server = this.serverUsage().residentBytes - before;
    client.stdin.end();
    return { client: (JSON.parse(line) as { residentBytes: number }).residentBytes, server };
  }

  stop(): void {
    this.#server.kill('SIGKILL');
  }

  async #run(what: string, ...numbers: readonly number[]): Promise<unknown> {
    const args = [what, this.#port, ...numbers.map(String)];
    // The client of Kitex has the other processor, as those of the other stacks.
    const { stdout } = await promisify(execFile)('taskset', ['-c', '1', program, ...args]).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') {
          return promisify(execFile)(program, args);
        }
        throw error;
      },
    );
    return JSON.parse(stdout);
  }
}

/** @throws Error with what the program said if it ends without a line. */
async function firstLine(program: ChildProcessWithoutNullStreams): Promise<string> {
  let errors = '';
  program.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  for await (const line of createInterface(program.stdout)) {
    return line;
  }
  throw new Error(`the program of Kitex ended: ${errors.slice(0, 2000)}`);
}
