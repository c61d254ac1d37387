import { setImmediate as turn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { flushSoon, turnNow } from './turn.js';

describe('a turn of the event loop', () => {
  afterEach(() => jest.restoreAllMocks());

  it('has one time, also after its promises, and the next turn a later one', async () => {
    const clock = jest.spyOn(performance, 'now');
    clock.mockReturnValue(1_000);
    expect(turnNow()).toBe(1_000);
    clock.mockReturnValue(1_005);
    await Promise.resolve();
    expect(turnNow()).toBe(1_000);
    await turn();
    expect(turnNow()).toBe(1_005);
  });

  it('flushes at its end what asked for it, and what asks then at the end of the next', async () => {
    const flushed: string[] = [];
    const second = { flush: () => flushed.push('second') };
    const first = {
      flush: () => {
        flushed.push('first');
        flushSoon(second);
      },
    };
    turnNow();
    flushSoon(first);
    expect(flushed).toEqual([]);
    await turn();
    expect(flushed).toEqual(['first']);
    await turn();
    expect(flushed).toEqual(['first', 'second']);
  });
});
