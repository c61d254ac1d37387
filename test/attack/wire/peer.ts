import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A message as a stack sends it; `path` where the method is not part of the bytes. */
export interface Request {
  readonly bytes: Buffer;
  readonly path?: string;
  /** Size that the message claims to have where the bytes do not say it themselves. */
  readonly claimedBytes?: number;
}

/** What came back for a request. */
export interface Answer {
  readonly kind: 'result' | 'error' | 'closed';
  /** Text of an error, cut off at some hundred characters. */
  readonly text: string;
  /** Size of the whole reply. */
  readonly bytes: number;
  /** Sequence id of the reply, where there is one. */
  readonly id: number;
}

/** The hostile end of a connection. */
export interface Peer {
  readonly receivedBytes: number;
  readonly hasEnded: boolean;
  send(request: Request): void;
  /** Resolves when the kernel has taken all that was sent, or the connection is gone. */
  flushed(): Promise<void>;
  /** The next reply. */
  answer(): Promise<Answer>;
  /** Takes nothing more off the socket. */
  stopReading(): void;
  /** Ends its own side, as a process that has no more requests does. */
  end(): void;
  destroy(): void;
}

/** Reads the first reply; returns the bytes it takes at least as long as they are not there. */
export type ReadAnswer = (bytes: Buffer) => Answer | number;

const CLOSED: Answer = { kind: 'closed', text: 'the connection was closed', bytes: 0, id: 0 };

/** A peer of a stack whose messages follow each other on a socket. */
export class BytePeer implements Peer {
  readonly #socket: Socket;
  readonly #readAnswer: ReadAnswer;
  #bytes = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #needed = 0;
  #flushed = Promise.resolve();
  #wake: (() => void) | undefined;
  receivedBytes = 0;
  hasEnded = false;

  static async open(port: number, readAnswer: ReadAnswer, host = '127.0.0.1'): Promise<BytePeer> {
    const socket = connect({ port, host, noDelay: true });
    await once(socket, 'connect');
    return new BytePeer(socket, readAnswer);
  }

  constructor(socket: Socket, readAnswer: ReadAnswer) {
    this.#socket = socket;
    this.#readAnswer = readAnswer;
    socket.on('data', (chunk: Buffer) => {
      this.receivedBytes += chunk.length;
      this.#chunks.push(chunk);
      this.#wake?.();
    });
    // A server that has seen enough resets the connection.
    socket.on('error', () => undefined);
    for (const event of ['end', 'close']) {
      socket.on(event, () => {
        this.hasEnded = true;
        this.#wake?.();
      });
    }
  }

  send({ bytes }: Request): void {
    // The callback comes with an error when the connection is gone.
    this.#flushed = new Promise((resolve) => this.#socket.write(bytes, () => resolve()));
  }

  flushed(): Promise<void> {
    return this.#flushed;
  }

  async answer(): Promise<Answer> {
    for (;;) {
      // Joined only when they may be enough: a large reply comes in hundreds of chunks.
      if (this.#pendingBytes >= this.#needed) {
        this.#bytes = Buffer.concat([this.#bytes, ...this.#chunks.splice(0)]);
        const answer = this.#readAnswer(this.#bytes);
        if (typeof answer !== 'number') {
          this.#bytes = this.#bytes.subarray(answer.bytes);
          this.#needed = 0;
          return answer;
        }
        this.#needed = answer;
      }
      if (this.hasEnded && this.#pendingBytes < this.#needed) {
        return CLOSED;
      }
      await this.#change();
    }
  }

  /** Resolves when the server has ended the connection. */
  async ended(): Promise<void> {
    while (!this.hasEnded) {
      await this.#change();
    }
  }

  stopReading(): void {
    this.#socket.pause();
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Ends the connection with a reset. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  get #pendingBytes(): number {
    return this.#chunks.reduce((sum, { length }) => sum + length, this.#bytes.length);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
