import { resolveOption, text } from '@nestjs-thrift/transport/internal';
import { GovernanceConfigError } from '../errors/errors.js';
import { type Subscribe, Emitter } from '../support/emitter.js';
import type { GovernanceConfig } from './governance-schema.js';
import { WatchedFile } from '../support/watched-file.js';
import { documentReader, type DocumentReader } from '../support/checked-document.js';
import { checkGovernanceConfig } from './parse-config.js';

/** Where the configuration comes from, and how it tells that it changed. */
export interface GovernanceConfigSource {
  /** The last good configuration. */
  readonly current: GovernanceConfig;
  /** A good configuration has replaced the one before. */
  readonly onChange: Subscribe<GovernanceConfig>;
  /** A configuration was refused; the last good one stays. */
  readonly onRejected: Subscribe<GovernanceConfigError>;
  /** Something in the configuration was replaced or left out, and the rest applied. For sources that are lenient. */
  readonly onWarning?: Subscribe<string>;
  /** The source cannot be read just now; the last good configuration stays. For sources that are somewhere else. */
  readonly onFailure?: Subscribe<Error>;
  close(): Promise<void>;
}

/**
 * The governance file, read again whenever it changes: written in place, replaced by an editor, or swapped as a Kubernetes
 * ConfigMap. A bad file is refused whole and the last good one stays in force. Kitex: config-file.
 */
export class GovernanceFile implements GovernanceConfigSource {
  readonly #file: WatchedFile;
  readonly #read: DocumentReader;
  readonly #changes = new Emitter<GovernanceConfig>();
  readonly #refusals = new Emitter<GovernanceConfigError>();
  #current: GovernanceConfig | undefined;
  #refusal: GovernanceConfigError | undefined;

  readonly onChange: Subscribe<GovernanceConfig> = this.#changes.event;
  readonly onRejected: Subscribe<GovernanceConfigError> = this.#refusals.event;

  private constructor(path: string, read: DocumentReader) {
    this.#read = read;
    this.#file = new WatchedFile(path, {
      changed: (text) => this.#changed(text),
      failed: (error) =>
        this.#refused(
          new GovernanceConfigError(this.#file.path, [error.message], { cause: error }),
        ),
    });
  }

  /**
   * Reads the file and starts watching it.
   *
   * @throws GovernanceConfigError if the file cannot be read or is bad: at the start there is no good one to keep. TypeError if the path
   *   is not a text.
   */
  static async open(path: string): Promise<GovernanceFile> {
    resolveOption('GovernanceFile.open(path)', text(), path);
    const file = new GovernanceFile(path, await documentReader());
    await file.#file.watch();
    await file.#file.refresh();
    if (file.#current === undefined) {
      await file.close();
      throw file.#refusal;
    }
    return file;
  }

  get current(): GovernanceConfig {
    return this.#current!;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #changed(text: string): void {
    let config: GovernanceConfig;
    try {
      config = checkGovernanceConfig(this.#read(text, this.#file.path), this.#file.path);
    } catch (error) {
      this.#refused(error as GovernanceConfigError);
      return;
    }
    this.#current = config;
    this.#changes.emit(config);
  }

  #refused(error: GovernanceConfigError): void {
    this.#refusal = error;
    this.#refusals.emit(error);
  }
}
