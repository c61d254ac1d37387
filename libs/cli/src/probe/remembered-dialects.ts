import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROTOCOLS } from '@nestjs-thrift/codec/wire';
import { FRAMINGS } from '@nestjs-thrift/transport/wire';
import { writeOutputFiles } from '../terminal/output-files.js';
import type { CommandIo } from '../terminal/terminal.js';
import type { Dialect } from './probe-message.js';

/** A server that was replaced behind its address is found again after a day at the latest. */
const MAX_AGE_MS = 24 * 3_600_000;
const MAX_ENTRIES = 200;

interface Entry extends Dialect {
  /** When it was found, in milliseconds since 1970. */
  readonly foundAt: number;
}

/**
 * The dialects that servers answered, by address, in a file of the user's cache folder. Without such a folder nothing is
 * remembered; a file that cannot be read or written is ignored.
 */
export class RememberedDialects {
  readonly #path: string | undefined;

  constructor({ env }: CommandIo) {
    const folder = env.XDG_CACHE_HOME || env.LOCALAPPDATA || (env.HOME && join(env.HOME, '.cache'));
    this.#path = folder ? join(folder, 'nestjs-thrift', 'transports.json') : undefined;
  }

  find(key: string): Dialect | undefined {
    return this.#read().get(key);
  }

  remember(key: string, { transport, protocol }: Dialect): void {
    const entries = this.#read();
    entries.delete(key);
    entries.set(key, { transport, protocol, foundAt: Date.now() });
    this.#write([...entries].slice(-MAX_ENTRIES));
  }

  forget(key: string): void {
    const entries = this.#read();
    if (entries.delete(key)) {
      this.#write([...entries]);
    }
  }

  /** The entries that are valid and young enough, the oldest first. */
  #read(): Map<string, Entry> {
    if (this.#path === undefined) {
      return new Map();
    }
    try {
      const content = JSON.parse(readFileSync(this.#path, 'utf8')) as unknown;
      return new Map(Object.entries(Object(content) as object).filter(isEntry));
    } catch {
      return new Map();
    }
  }

  #write(entries: readonly (readonly [string, Entry])[]): void {
    if (this.#path === undefined) {
      return;
    }
    const text = `${JSON.stringify(Object.fromEntries(entries))}\n`;
    try {
      writeOutputFiles([{ name: this.#path, path: this.#path, text }]);
    } catch {
      // The next call probes again.
    }
  }
}

function isEntry(pair: [string, unknown]): pair is [string, Entry] {
  const { transport, protocol, foundAt } = Object(pair[1]) as Record<string, unknown>;
  const age = Date.now() - Number(foundAt);
  return (
    Object.hasOwn(FRAMINGS, String(transport)) &&
    Object.hasOwn(PROTOCOLS, String(protocol)) &&
    age >= 0 &&
    age < MAX_AGE_MS
  );
}
