/** A running server of streams. */
export interface StreamServer {
  readonly port: number;
}

/** A client whose streams share as few connections as its stack allows. */
export interface StreamClient {
  /** Opens a stream of so many small messages and takes all of them; calls `first` with the first one. */
  count(messages: number, first?: () => void): Promise<void>;
  /** Opens a stream that sends one message and stays open; resolves with that message. */
  hold(): Promise<void>;
}

/** A stack in Node, server and client in processes of their own. */
export interface StreamPeer {
  startServer(): Promise<StreamServer>;
  connect(port: number): Promise<StreamClient>;
}

/** What one round of load gave. */
export interface StreamLoad {
  readonly messages: number;
  readonly seconds: number;
  /** CPU time of the client. */
  readonly cpuNs: number;
}

/** The messages of one stream, for {@link StreamClient.count}. */
export class MessageCount {
  readonly #expected: number;
  readonly #first: (() => void) | undefined;
  #received = 0;

  constructor(expected: number, first: (() => void) | undefined) {
    this.#expected = expected;
    this.#first = first;
  }

  add(): void {
    if (this.#received++ === 0) {
      this.#first?.();
    }
  }

  /** @throws Error unless all messages came */
  check(): void {
    if (this.#received !== this.#expected) {
      throw new Error(`${this.#received} messages instead of ${this.#expected}`);
    }
  }
}
