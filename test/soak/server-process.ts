import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { lastingPort } from './lasting-port.js';
import type { ServerReport } from './server.js';

type Report<Kind extends ServerReport['kind']> = Extract<ServerReport, { kind: Kind }>;

/** A server in a separate process. Killed and started again it has the same address. */
export class ServerProcess {
  address = '';
  kills = 0;
  /** What went wrong in the process, or with it. */
  readonly faults: string[] = [];
  #port = 0;
  #child: ChildProcess | undefined;

  async start(): Promise<void> {
    const script = fileURLToPath(new URL('server.ts', import.meta.url));
    this.#port ||= await lastingPort();
    const child = spawn(process.execPath, [...process.execArgv, script, String(this.#port)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', (report: ServerReport) => {
      if (report.kind === 'fault') {
        this.faults.push(report.text);
      }
    });
    child.on('exit', (code, signal) => {
      if (signal !== 'SIGKILL') {
        this.faults.push(`ended with code ${code}, signal ${signal}`);
      }
    });
    this.#child = child;
    this.address = (await this.#next('listening')).address;
  }

  /** Ends the process as a failing machine would: no peer is notified. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) {
      return;
    }
    this.#child = undefined;
    this.kills++;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** What the process holds now. */
  sample(): Promise<Report<'sample'>> {
    const sample = this.#next('sample');
    this.#child!.send('sample');
    return sample;
  }

  #next<Kind extends ServerReport['kind']>(kind: Kind): Promise<Report<Kind>> {
    const child = this.#child!;
    return new Promise((resolve, reject) => {
      const listen = (report: ServerReport): void => {
        if (report.kind !== kind) {
          return;
        }
        child.off('message', listen);
        child.off('exit', exited);
        resolve(report as Report<Kind>);
      };
      const exited = (): void => reject(new Error(`a server ended before "${kind}"`));
      child.on('message', listen);
      child.once('exit', exited);
    });
  }
}
