import type { Etcd3, IDuplexStream, IWatchRequest, IWatchResponse } from 'etcd3';

type WatchStream = IDuplexStream<IWatchRequest, IWatchResponse>;

/** Receives what a watch sees. */
export interface PrefixWatchListener {
  /** Later changes are seen; the current state must be read. */
  watching(): void;
  /** A key below the prefix changed. */
  changed(): void;
  /** The watch is over. Comes once, and not after {@link PrefixWatch.close}. */
  ended(error: Error): void;
}

/** Longest wait until etcd confirms a watch, in milliseconds. */
const CONFIRM_TIMEOUT_MS = 5_000;

/**
 * Watches the keys below a prefix from the present revision on, until something goes wrong: then it ends, and another one must be made.
 * The watcher of etcd3 goes on from the revision it saw last. After a compaction etcd no longer has that revision, and data that was
 * restored does not have it yet: such a watcher ends, or stays silent, for ever.
 */
export class PrefixWatch {
  readonly #listener: PrefixWatchListener;
  readonly #timer: NodeJS.Timeout;
  #stream: WatchStream | undefined;
  #isOver = false;

  constructor(client: Etcd3, prefix: string, listener: PrefixWatchListener) {
    this.#listener = listener;
    this.#timer = setTimeout(() => this.#giveUp(), CONFIRM_TIMEOUT_MS).unref();
    client.watchClient.watch().then(
      (stream) => this.#begin(stream, Buffer.concat([client.prefix, Buffer.from(prefix)])),
      (error: Error) => this.#end(error),
    );
  }

  close(): void {
    this.#isOver = true;
    this.#drop();
  }

  #begin(stream: WatchStream, key: Buffer): void {
    this.#stream = stream;
    stream.on('data', (response) => this.#receive(response));
    stream.on('error', (error) => this.#end(error));
    stream.on('end', () => this.#end(new Error('etcd ended the stream')));
    if (this.#isOver) {
      this.#drop();
    } else {
      stream.write({ create_request: { key, range_end: endOf(key) } });
    }
  }

  #receive({ canceled, cancel_reason, created, events }: IWatchResponse): void {
    if (this.#isOver) {
      return;
    }
    if (canceled) {
      this.#end(new Error(cancel_reason || 'etcd cancelled it'));
    } else if (created) {
      clearTimeout(this.#timer);
      this.#listener.watching();
    } else if (events.length > 0) {
      this.#listener.changed();
    }
  }

  #end(error: Error): void {
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    this.#drop();
    this.#listener.ended(error);
  }

  /** The connection may have vanished silently: of a stream that could still be written to etcd3 takes the end for a failure of its host. */
  #giveUp(): void {
    this.#isOver = true;
    this.#stream?.cancel();
    this.#listener.ended(new Error(`etcd did not confirm it within ${CONFIRM_TIMEOUT_MS} ms`));
  }

  /** The stream keeps its listeners: without them an error that comes late would end the process. */
  #drop(): void {
    clearTimeout(this.#timer);
    this.#stream?.end();
    this.#stream?.cancel();
  }
}

/** The first key after those that begin with a prefix. */
function endOf(prefix: Buffer): Buffer {
  for (let last = prefix.length - 1; last >= 0; last -= 1) {
    const byte = prefix[last]!;
    if (byte < 0xff) {
      return Buffer.concat([prefix.subarray(0, last), Buffer.of(byte + 1)]);
    }
  }
  return Buffer.of(0);
}
