import { markAsUntransferable } from 'node:worker_threads';

/** A value of this size or more has its own memory; allocating it costs little compared with the copying. */
const OWN_MEMORY_BYTES = 4096;

/** Memory that smaller values share, and therefore the most that one of them keeps alive. */
const SLAB_BYTES = 8192;

/** Up to this length a loop costs less than the call into native code. */
const LOOP_BYTES = 32;

let slab = newSlab();
let used = 0;

/**
 * A copy of `length` bytes, so that a small value does not keep a large receive buffer alive. Not from Node's pool: since
 * Node 24 that has 64 KB and serves values of up to 32 KB, so that 16 bytes that are kept would pin a dropped neighbour
 * of 32 KB. Here a value pins at most 8 KB, on every version of Node.
 */
export function readBytes(bytes: Buffer, p: number, length: number): Buffer {
  if (length >= OWN_MEMORY_BYTES) {
    const copy = Buffer.allocUnsafeSlow(length);
    bytes.copy(copy, 0, p, p + length);
    return copy;
  }
  const start = takeSlab(length);
  if (length > LOOP_BYTES) {
    bytes.copy(slab, start, p, p + length);
  } else {
    for (let index = 0; index < length; index++) {
      slab[start + index] = bytes[p + index]!;
    }
  }
  return slab.subarray(start, start + length);
}

/** Where `length` bytes of the slab are free; aligned as in Node's pool, for typed arrays over the value's memory. */
function takeSlab(length: number): number {
  if (used + length > SLAB_BYTES) {
    slab = newSlab();
    used = 0;
  }
  const start = used;
  used = (start + length + 7) & ~7;
  return start;
}

/** A transfer to a worker would take the memory from all values that share it; as for Node's pool, it copies or throws. */
function newSlab(): Buffer<ArrayBuffer> {
  const fresh = Buffer.allocUnsafeSlow(SLAB_BYTES);
  markAsUntransferable(fresh.buffer);
  return fresh;
}
