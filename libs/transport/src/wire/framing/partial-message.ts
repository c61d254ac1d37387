const INITIAL_BYTES = 1024;

/**
 * The bytes of a message that came in pieces. Memory grows with what has arrived, never with what a length field
 * promises. Once the message is complete its memory is given away, so that what refers to it stays valid. The memory is
 * not taken from Node's pool: a connection that waits for the rest of a message would keep 64 KB of others' alive.
 */
export class PartialMessage {
  bytes: Buffer = Buffer.alloc(0);
  length = 0;

  append(chunk: Buffer, start: number, end: number): void {
    const needed = this.length + end - start;
    if (needed > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length, INITIAL_BYTES));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    this.bytes.set(chunk.subarray(start, end), this.length);
    this.length = needed;
  }

  /** Gives the memory away and starts over. */
  release(): void {
    this.bytes = Buffer.alloc(0);
    this.length = 0;
  }
}
