/** A socket that can be paused. */
export interface PacedSocket {
  pause(): unknown;
  resume(): unknown;
}

/** A stream, as far as its messages that wait concern the connection. */
export interface BufferingStream {
  /** Bytes of received messages that its consumer has not taken. */
  readonly bufferedBytes: number;
}

/** When a connection is read no further, by the bytes of messages that consumers have not taken. */
export interface PacingLimits {
  /** Bytes over all streams from which on it is not read; it is read again at half of them. */
  readonly maxBytes: number;
  /** How long it may stand still before a stream is given up, in milliseconds; 0 for no limit. */
  readonly stallTimeoutMs: number;
}

/** Stops reading a connection that several streams share while too much waits for their consumers. */
export class ReadPacing {
  readonly #socket: PacedSocket;
  readonly #limits: PacingLimits;
  readonly #onPause: () => void;
  #bufferedBytes = 0;
  #pausedSince = Infinity;
  #isHeld = false;

  /** @param onPause called when it is read no further for messages that consumers do not take. */
  constructor(socket: PacedSocket, limits: PacingLimits, onPause: () => void) {
    this.#socket = socket;
    this.#limits = limits;
    this.#onPause = onPause;
  }

  /** When a stream is to be given up, on the clock of `performance.now()`. */
  get stalledAt(): number {
    return this.#pausedSince + (this.#limits.stallTimeoutMs || Infinity);
  }

  get isPaused(): boolean {
    return this.#pausedSince !== Infinity || this.#isHeld;
  }

  /** Reads no further for a reason that lies elsewhere. */
  hold(): void {
    this.#isHeld = true;
    this.#socket.pause();
  }

  /** That reason is gone. */
  release(): void {
    if (this.#isHeld) {
      this.#isHeld = false;
      this.#resumeIfFree();
    }
  }

  /** Bytes came to wait, or wait no longer. */
  buffered(bytes: number): void {
    this.#bufferedBytes += bytes;
    const { maxBytes } = this.#limits;
    const isFull = this.#pausedSince !== Infinity;
    if (!isFull && this.#bufferedBytes > maxBytes) {
      this.pause();
    } else if (isFull && this.#bufferedBytes <= maxBytes / 2) {
      this.resume();
    }
  }

  pause(): void {
    this.#pausedSince = performance.now();
    this.#onPause();
    this.#socket.pause();
  }

  resume(): void {
    if (this.#pausedSince !== Infinity) {
      this.#pausedSince = Infinity;
      this.#resumeIfFree();
    }
  }

  /**
   * Gives up the stream that holds most, so that the others can go on, once the connection has stood still for too long. The next one
   * has the whole time again. Returns when to look again.
   */
  giveUpStalled<Stream extends BufferingStream>(
    now: number,
    streams: Iterable<Stream>,
    giveUp: (stream: Stream) => void,
  ): number {
    if (this.stalledAt <= now) {
      const stream = greediest(streams);
      if (stream !== undefined) {
        giveUp(stream);
      }
      if (this.#pausedSince !== Infinity) {
        this.#pausedSince = performance.now();
      }
    }
    return this.stalledAt;
  }

  #resumeIfFree(): void {
    if (!this.isPaused) {
      this.#socket.resume();
    }
  }
}

function greediest<Stream extends BufferingStream>(streams: Iterable<Stream>): Stream | undefined {
  let most: Stream | undefined;
  for (const stream of streams) {
    if (most === undefined || stream.bufferedBytes > most.bufferedBytes) {
      most = stream;
    }
  }
  return most;
}
