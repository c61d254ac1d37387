import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { cannotWrite } from '../../terminal/output-files.js';
import type { CommandIo } from '../../terminal/terminal.js';

/** Text that waits for a slow disk; beyond it lines are dropped, because the traffic must not wait. */
const MAX_QUEUED_BYTES = 32 * 2 ** 20;

/** Where the lines of a recording go: a file that its owner alone can read, or standard output. */
export class TrafficWriter {
  readonly #stream: WriteStream | undefined;
  readonly #io: CommandIo;

  private constructor(stream: WriteStream | undefined, io: CommandIo) {
    this.#stream = stream;
    this.#io = io;
  }

  /**
   * @param onError called once if the file can no longer be written
   * @throws CommandFailure that names the file
   */
  static async open(
    out: string | undefined,
    io: CommandIo,
    onError: (error: unknown) => void,
  ): Promise<TrafficWriter> {
    if (out === undefined) {
      return new TrafficWriter(undefined, io);
    }
    const stream = createWriteStream(resolve(io.cwd, out), { mode: 0o600 });
    await once(stream, 'open').catch((error: unknown) => {
      throw cannotWrite(out, error);
    });
    stream.once('error', (error) => onError(cannotWrite(out, error)));
    return new TrafficWriter(stream, io);
  }

  /** @returns whether the line was taken */
  write(line: string): boolean {
    const text = `${line}\n`;
    if (this.#stream === undefined) {
      const { writableLength = 0 } = this.#io.stdout as { readonly writableLength?: number };
      if (writableLength > MAX_QUEUED_BYTES) {
        return false;
      }
      this.#io.stdout.write(text);
      return true;
    }
    if (this.#stream.writableLength > MAX_QUEUED_BYTES || this.#stream.destroyed) {
      return false;
    }
    this.#stream.write(text);
    return true;
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    const stream = this.#stream;
    if (stream === undefined || stream.destroyed) {
      return;
    }
    await new Promise<void>((resolve_) => {
      stream.once('close', () => resolve_());
      stream.end();
    });
  }
}
