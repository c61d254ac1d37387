import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { until } from './until.js';

/** Whether chromium is on PATH; Debian has it as a package. */
export const hasChromium = spawnSync('chromium', ['--version']).status === 0;

interface Reply {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** A headless Chromium, driven over a pipe by the DevTools protocol. */
export class Chromium {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<
    number,
    { resolve(result: Record<string, unknown>): void; reject(error: Error): void }
  >();
  #lastId = 0;

  constructor() {
    this.#profile = mkdtempSync(join(tmpdir(), 'chromium-'));
    this.#process = spawn(
      'chromium',
      [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        '--remote-debugging-pipe',
        `--user-data-dir=${this.#profile}`,
      ],
      // A separate group, because the browser has many processes.
      { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    let text = '';
    const output = this.#process.stdio[4] as Readable;
    output.setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (text + chunk).split('\0');
      text = messages.pop() ?? '';
      for (const message of messages) {
        this.#receive(JSON.parse(message) as Reply);
      }
    });
    this.#process.once('exit', () => {
      for (const waiting of this.#waiting.values()) {
        waiting.reject(new Error('chromium has ended'));
      }
    });
  }

  /** Opens a page in a tab. */
  async open(url: string): Promise<Page> {
    const { targetId } = await this.send('Target.createTarget', { url });
    const attached = await this.send('Target.attachToTarget', { targetId, flatten: true });
    return new Page(this, targetId as string, attached['sessionId'] as string);
  }

  /** Sends a command and waits for its result. @param sessionId of the tab that it is for */
  send(
    method: string,
    params: Record<string, unknown>,
    sessionId?: string,
  ): Promise<Record<string, unknown>> {
    this.#lastId += 1;
    const id = this.#lastId;
    const result = new Promise<Record<string, unknown>>((resolve, reject) =>
      this.#waiting.set(id, { resolve, reject }),
    );
    const input = this.#process.stdio[3] as Writable;
    input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return result;
  }

  /** Ends the browser with all its processes and removes its profile. */
  async close(): Promise<void> {
    const ended = once(this.#process, 'exit');
    process.kill(-this.#process.pid!, 'SIGKILL');
    await ended;
    await until(() => this.#removeProfile());
  }

  /** Removes the profile. @returns false if a process of the browser still wrote a file while it was removed. */
  #removeProfile(): boolean {
    try {
      rmSync(this.#profile, { recursive: true, force: true });
      return true;
    } catch {
      return false;
    }
  }

  #receive({ id, result = {}, error }: Reply): void {
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    this.#waiting.delete(id ?? 0);
    if (error === undefined) {
      waiting?.resolve(result);
    } else {
      waiting?.reject(new Error(error.message));
    }
  }
}

/** A tab with a page. */
export class Page {
  readonly #browser: Chromium;
  readonly #targetId: string;
  readonly #sessionId: string;

  constructor(browser: Chromium, targetId: string, sessionId: string) {
    this.#browser = browser;
    this.#targetId = targetId;
    this.#sessionId = sessionId;
  }

  /** The value of an expression of JavaScript in the page. */
  async evaluate(expression: string): Promise<unknown> {
    const params = { expression, returnByValue: true, awaitPromise: true };
    const { result } = await this.#browser.send('Runtime.evaluate', params, this.#sessionId);
    return (result as { value?: unknown }).value;
  }

  /** Closes the tab, as its user does. */
  async close(): Promise<void> {
    await this.#browser.send('Target.closeTarget', { targetId: this.#targetId });
  }
}
