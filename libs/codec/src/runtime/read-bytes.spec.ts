import { randomBytes } from 'node:crypto';
import { readBytes } from './read-bytes.js';

const KEPT_BYTES_AT_MOST = 8192;
const message = randomBytes(200_000);

describe('readBytes', () => {
  it.each([0, 1, 8, 31, 32, 33, 100, 4095, 4096, 8192, 100_000])('copies %i bytes', (length) => {
    for (let round = 0; round < 3; round++) {
      const expected = message.subarray(7 + round, 7 + round + length);
      expect(readBytes(message, 7 + round, length).equals(expected)).toBe(true);
    }
  });

  it('does not change earlier values when it reads later ones', () => {
    const lengths = Array.from({ length: 2000 }, (_, index) => (index * 37) % 600);
    const values = lengths.map((length, index) => readBytes(message, index, length));
    values.forEach((value, index) => {
      expect(value.equals(message.subarray(index, index + lengths[index]!))).toBe(true);
    });
  });

  it.each([4096, 20_000, 40_000])('gives a value of %i bytes its own memory', (length) => {
    expect(readBytes(message, 0, length).buffer.byteLength).toBe(length);
  });

  it.each([1, 16, 500, 4095])('keeps at most 8 KB alive for a value of %i bytes', (length) => {
    expect(readBytes(message, 0, length).buffer.byteLength).toBeLessThanOrEqual(KEPT_BYTES_AT_MOST);
  });

  it('keeps no large neighbours alive for small values', () => {
    const kept = Array.from({ length: 400 }, () => {
      const id = readBytes(message, 0, 16);
      readBytes(message, 16, 31_000);
      return id;
    });
    const memory = new Set(kept.map(({ buffer }) => buffer));
    const bytes = [...memory].reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(bytes).toBeLessThanOrEqual(400 * 16 + 2 * KEPT_BYTES_AT_MOST);
  });

  it('aligns values to 8 bytes, for typed arrays over their memory', () => {
    for (const length of [1, 3, 8, 13, 4096]) {
      expect(readBytes(message, 0, length).byteOffset % 8).toBe(0);
    }
  });

  it('keeps shared memory when a value is transferred', () => {
    const value = readBytes(message, 0, 16);
    try {
      structuredClone(value, { transfer: [value.buffer as ArrayBuffer] });
    } catch {
      // Node 20 copies memory that must not be transferred, later versions throw.
    }
    expect(value).toHaveLength(16);
    expect(readBytes(message, 3, 16).equals(message.subarray(3, 19))).toBe(true);
  });
});
