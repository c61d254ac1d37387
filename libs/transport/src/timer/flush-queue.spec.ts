import { setImmediate as turn } from 'node:timers/promises';
import { flushSoon } from './flush-queue.js';

describe('flushSoon', () => {
  it('flushes at the end of a turn what asked for it, and what asks then at the end of the next', async () => {
    const flushed: string[] = [];
    const second = { flush: () => flushed.push('second') };
    const first = {
      flush: () => {
        flushed.push('first');
        flushSoon(second);
      },
    };
    flushSoon(first);
    expect(flushed).toEqual([]);
    await turn();
    expect(flushed).toEqual(['first']);
    await turn();
    expect(flushed).toEqual(['first', 'second']);
  });
});
