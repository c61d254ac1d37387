/** A socket that can be paused. */
export interface PacedSocket {
  pause(): unknown;
  resume(): unknown;
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

  /** A stream was given up: the next one has the whole time again. */
  restart(): void {
    if (this.#pausedSince !== Infinity) {
      this.#pausedSince = performance.now();
    }
  }

  #resumeIfFree(): void {
    if (!this.isPaused) {
      this.#socket.resume();
    }
  }
}

/** The stream with the most bytes that its consumer has not taken. */
export function greediest<T>(streams: Iterable<T>, bytesOf: (stream: T) => number): T | undefined {
  let most: T | undefined;
  for (const stream of streams) {
    if (most === undefined || bytesOf(stream) > bytesOf(most)) {
      most = stream;
    }
  }
  return most;
}
