import type { Etcd3, Watcher } from 'etcd3';

/**
 * Calls back whenever a key below a prefix changes, and whenever the watch was connected anew, since changes may have
 * been missed then. What changed is not told: the listener reads all anew, which is right whatever was lost.
 */
export class WatchedPrefix {
  readonly #watcher: Watcher;

  constructor(client: Etcd3, prefix: string, changed: () => void) {
    this.#watcher = client.watch().prefix(prefix).watcher();
    this.#watcher.on('data', changed);
    this.#watcher.on('connected', changed);
    // The watcher connects again by itself; meanwhile the reader polls.
    this.#watcher.on('error', () => {});
  }

  close(): void {
    this.#watcher.removeAllListeners();
    // After removeAllListeners an error would be thrown.
    this.#watcher.on('error', () => {});
    void this.#watcher.cancel().catch(() => {});
  }
}
