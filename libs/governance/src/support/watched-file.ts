import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { FSWatcher } from 'chokidar';

/** Wait for a writer to finish before reading, in milliseconds. */
const SETTLE_MS = 50;
/** The link that Kubernetes swaps when a ConfigMap changes; the files next to it are links into it and stay. */
const CONFIG_MAP_LINK = '..data';
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** Receives what becomes of a file. */
export interface FileListener {
  /** The file has this text now; called only when it is another one than before. */
  changed(text: string): void;
  /** The file could not be read, or not be watched. */
  failed(error: Error): void;
}

/** Follows the text of a file: written in place, replaced by an editor, or swapped as a Kubernetes ConfigMap. */
export class WatchedFile {
  readonly path: string;
  readonly #listener: FileListener;
  #watcher: FSWatcher | undefined;
  #text: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(path: string, listener: FileListener) {
    this.path = resolve(path);
    this.#listener = listener;
  }

  /** Starts watching, and resolves when changes are seen; the first {@link WatchedFile.refresh} is up to the caller. */
  async watch(): Promise<void> {
    const { watch } = await import('chokidar');
    if (this.#closed) {
      return;
    }
    // The folder is watched, not the file: a replaced file or a swapped link is another inode.
    const folder = dirname(this.path);
    const names = new Set([basename(this.path), CONFIG_MAP_LINK]);
    const watcher = watch(folder, {
      depth: 0,
      followSymlinks: false,
      ignoreInitial: true,
      ignored: (entry) => resolve(entry) !== folder && !names.has(basename(entry)),
    });
    this.#watcher = watcher;
    watcher.on('all', () => this.#schedule());
    // Without a listener chokidar throws it, for example when the machine has no watches left.
    watcher.on('error', (error) => this.#listener.failed(error as Error));
    await new Promise<void>((done) => watcher.once('ready', done));
  }

  /** Reads the file now. Never rejects: the listener receives errors. */
  async refresh(): Promise<void> {
    let text: string;
    try {
      text = await readBounded(this.path);
    } catch (error) {
      if (!this.#closed) {
        this.#listener.failed(error as Error);
      }
      return;
    }
    if (!this.#closed && text !== this.#text) {
      this.#text = text;
      this.#listener.changed(text);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#watcher?.close();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), SETTLE_MS);
  }
}

async function readBounded(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > MAX_FILE_BYTES) {
    throw new RangeError(`${path} has ${size} bytes, more than the ${MAX_FILE_BYTES} allowed`);
  }
  return readFile(path, 'utf8');
}
