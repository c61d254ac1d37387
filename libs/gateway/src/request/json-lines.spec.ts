import fc from 'fast-check';
import { linesOf } from './json-lines.js';

async function lines(text: readonly string[], maxBytes = 100): Promise<string[]> {
  const all: string[] = [];
  for await (const line of linesOf(
    text.map((part) => Buffer.from(part)),
    maxBytes,
  )) {
    all.push(Buffer.from(line).toString());
  }
  return all;
}

describe('linesOf', () => {
  it('splits bytes into lines, wherever they come apart', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', '\n', 'b') })),
        async (text) => {
          const expected = text
            .join('')
            .split('\n')
            .filter((line) => line !== '');
          expect(await lines(text, 10_000)).toEqual(expected);
        },
      ),
    );
  });

  it('leaves out blank lines, and needs no line feed at the end', async () => {
    expect(await lines(['{}\r\n \t\r\n\n', '[]'])).toEqual(['{}\r', '[]']);
  });

  it('rejects a line before more of it than the limit is kept', async () => {
    expect(await lines(['12345\n12345\n'], 5)).toHaveLength(2);
    await expect(lines(['123456\n'], 5)).rejects.toThrow('a line is longer than 5 bytes');
    let count = 0;
    const endless = (function* () {
      for (;;) {
        count += 1;
        yield Buffer.from('x');
      }
    })();
    await expect(linesOf(endless, 5).next()).rejects.toThrow('longer');
    expect(count).toBe(6);
  });
});
