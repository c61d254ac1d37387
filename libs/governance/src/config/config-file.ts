import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { watch, type FSWatcher } from 'chokidar';
import { GovernanceConfigError } from '../errors/governance-config.error.js';
import { Emitter, type Subscribe } from '../events/emitter.js';
import type { GovernanceConfigSource } from './config-source.js';
import type { GovernanceConfig } from './governance-schema.js';
import { parseGovernanceConfig } from './parse-config.js';

/** Wait for a writer to finish before reading, in milliseconds. */
const SETTLE_MS = 50;
/** The link that Kubernetes swaps when a ConfigMap changes; the files beside it are links into it and stay. */
const CONFIG_MAP_LINK = '..data';
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/**
 * The governance file, read again whenever it changes: written in place, replaced by an editor, or swapped as a Kubernetes
 * ConfigMap. A bad file is refused whole and the last good one stays in force. Kitex: config-file.
 */
export class GovernanceFile implements GovernanceConfigSource {
  readonly #path: string;
  readonly #changes = new Emitter<GovernanceConfig>();
  readonly #refusals = new Emitter<GovernanceConfigError>();
  readonly #watcher: FSWatcher;
  #text: string;
  #current: GovernanceConfig;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  readonly onChange: Subscribe<GovernanceConfig> = this.#changes.event;
  readonly onRefused: Subscribe<GovernanceConfigError> = this.#refusals.event;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
    this.#current = parseGovernanceConfig(text, path);
    // The folder is watched, not the file: a replaced file or a swapped link is another inode.
    const folder = dirname(path);
    const names = new Set([basename(path), CONFIG_MAP_LINK]);
    this.#watcher = watch(folder, {
      depth: 0,
      followSymlinks: false,
      ignoreInitial: true,
      ignored: (entry) => resolve(entry) !== folder && !names.has(basename(entry)),
    });
    this.#watcher.on('all', () => this.#schedule());
  }

  /**
   * Reads the file and starts watching it.
   *
   * @throws GovernanceConfigError if the file cannot be read or is bad: at the start there is no good one to keep.
   */
  static async open(path: string): Promise<GovernanceFile> {
    const file = new GovernanceFile(resolve(path), await read(resolve(path)));
    await new Promise<void>((ready) => file.#watcher.once('ready', ready));
    return file;
  }

  get current(): GovernanceConfig {
    return this.#current;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#watcher.close();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#reload(), SETTLE_MS);
  }

  async #reload(): Promise<void> {
    try {
      const text = await read(this.#path);
      if (this.#closed || text === this.#text) {
        return;
      }
      this.#text = text;
      this.#current = parseGovernanceConfig(text, this.#path);
    } catch (error) {
      if (!this.#closed) {
        this.#refusals.emit(error as GovernanceConfigError);
      }
      return;
    }
    this.#changes.emit(this.#current);
  }
}

async function read(path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new GovernanceConfigError(path, [(error as Error).message], { cause: error });
  }
  if (text.length > MAX_FILE_BYTES) {
    throw new GovernanceConfigError(path, [`larger than ${MAX_FILE_BYTES} bytes`]);
  }
  return text;
}
