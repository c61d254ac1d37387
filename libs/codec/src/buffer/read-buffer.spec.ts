import { ReadBuffer } from './read-buffer.js';

describe('ReadBuffer', () => {
  const bytes = Buffer.from('x'.repeat(500));

  it('has no text unless strings are read in bulk', () => {
    expect(new ReadBuffer(bytes).text).toBeUndefined();
  });

  it('has the text of its message in bulk, from where that begins', () => {
    const input = new ReadBuffer(bytes, 100, 400, undefined, true);
    expect([input.text, input.textStart]).toEqual(['x'.repeat(300), 100]);
    input.reset(Buffer.from(`${'a'.repeat(250)}\u00fc`), 1, 252);
    expect([input.text, input.textStart]).toEqual([`${'a'.repeat(249)}\u00c3\u00bc`, 1]);
  });

  it('has no text of a message too short to be worth it, nor that of the one before', () => {
    const input = new ReadBuffer(bytes, 0, 500, undefined, true);
    input.reset(bytes, 0, 199);
    expect(input.text).toBeUndefined();
    input.reset(bytes, 0, 200);
    expect(input.text).toHaveLength(200);
  });
});
