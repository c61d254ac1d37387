import { PartialMessage } from './partial-message.js';

const bytes = Buffer.from(Array.from({ length: 5000 }, (_, index) => index & 0xff));

describe('PartialMessage', () => {
  it('keeps what was appended, in order', () => {
    const partial = new PartialMessage();
    for (let start = 0; start < bytes.length; start += 700) {
      partial.append(bytes, start, Math.min(start + 700, bytes.length));
    }
    expect(partial.bytes.subarray(0, partial.length).equals(bytes)).toBe(true);
  });

  it('starts over after a release without touching the memory that it gave away', () => {
    const partial = new PartialMessage();
    partial.append(bytes, 0, 100);
    const given = partial.bytes;
    partial.release();
    partial.append(bytes, 200, 300);
    expect(given.subarray(0, 100).equals(bytes.subarray(0, 100))).toBe(true);
    expect(partial.bytes.subarray(0, partial.length).equals(bytes.subarray(200, 300))).toBe(true);
  });

  it.each([1, 1500, 5000])('shares no memory while it waits with %i bytes', (length) => {
    const partial = new PartialMessage();
    partial.append(bytes, 0, length);
    expect(partial.bytes.buffer.byteLength).toBe(partial.bytes.length);
    expect(partial.bytes.length).toBeLessThanOrEqual(Math.max(1024, 2 * length));
  });
});
