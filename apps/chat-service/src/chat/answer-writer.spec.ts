import { AnswerWriter } from './answer-writer.js';

const { signal } = new AbortController();

async function answer(question: string, words: number): Promise<string> {
  let text = '';
  for await (const word of new AnswerWriter(0).write(question, words, signal)) {
    text += word;
  }
  return text;
}

describe('AnswerWriter', () => {
  it('writes the same answer to the same question, and another one to another', async () => {
    const first = await answer('Why?', 12);
    expect(first.split(' ')).toHaveLength(12);
    expect(await answer('Why?', 12)).toBe(first);
    expect(await answer('How?', 12)).not.toBe(first);
  });

  it('stops waiting for the next word when it is aborted', async () => {
    const reader = new AbortController();
    const words = new AnswerWriter(60_000).write('Why?', 12, reader.signal);
    const next = words.next();
    reader.abort();
    await expect(next).rejects.toMatchObject({ name: 'AbortError' });
  });
});
