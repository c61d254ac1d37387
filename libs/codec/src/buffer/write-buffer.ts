/**
 * A growable buffer that messages are encoded into, one after another. Its fields are public because generated code
 * writes through them; after a call of {@link WriteBuffer.reserve} read `bytes` and `view` again.
 */
export class WriteBuffer {
  /** The storage; its length is the capacity. */
  bytes: Buffer;
  /** A view of the same memory as {@link WriteBuffer.bytes}, offset for offset. */
  view: DataView;
  /** Bytes of the storage. Kept in a field, because reading the length of a view is a call. */
  capacity: number;
  /** Where the next byte goes. Setting it back discards what was written after it. */
  position = 0;

  /** @param initialBytes capacity to start with; at least doubled when it is used up. */
  constructor(initialBytes = 4096) {
    this.bytes = Buffer.allocUnsafeSlow(initialBytes);
    this.view = new DataView(this.bytes.buffer, 0, initialBytes);
    this.capacity = initialBytes;
  }

  /** Makes room for `size` more bytes after {@link WriteBuffer.position}. */
  reserve(size: number): void {
    if (this.capacity - this.position < size) {
      this.#grow(this.position + size);
    }
  }

  #grow(needed: number): void {
    const capacity = Math.max(needed, this.capacity * 2);
    const grown = Buffer.allocUnsafeSlow(capacity);
    grown.set(this.bytes.subarray(0, this.position));
    this.bytes = grown;
    this.view = new DataView(grown.buffer, 0, capacity);
    this.capacity = capacity;
  }
}
