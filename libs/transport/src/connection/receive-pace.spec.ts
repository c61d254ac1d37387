import type { Socket } from 'node:net';
import { jest } from '@jest/globals';
import { ReceivePace } from './receive-pace.js';

/** A connection in the middle of a frame. */
function scene(readTimeoutMs: number | undefined, isShared = false) {
  const calls: string[] = [];
  const connection = {
    socket: {
      pause: () => calls.push('pause'),
      resume: () => calls.push('resume'),
    } as unknown as Socket,
    isShared,
    readTimeoutMs,
    hasPart: () => true,
    onPause: () => undefined,
    wakeAt: () => undefined,
  };
  return { pace: new ReceivePace(connection), calls };
}

const full = { isFull: true, isHalfEmpty: false, bufferedBytes: 1 };
const empty = { isFull: false, isHalfEmpty: true, bufferedBytes: 0 };

describe('the wait for the rest of a frame', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('begins again with each byte', () => {
    const { pace } = scene(1_000);
    pace.received();
    const first = pace.restDueAt;
    jest.advanceTimersByTime(900);
    pace.received();
    expect(pace.restDueAt).toBe(first + 900);
  });

  it('does not count while the connection is not read for a slow consumer', () => {
    const { pace, calls } = scene(1_000);
    pace.buffered(full, 1);
    pace.received();
    expect(pace.restDueAt).toBe(Infinity);
    jest.advanceTimersByTime(5_000);
    pace.buffered(empty, -1);
    expect(calls).toEqual(['pause', 'resume']);
    expect(pace.restDueAt).toBe(performance.now() + 1_000);
  });

  it('is not limited where readTimeoutMs is 0', () => {
    const { pace } = scene(0);
    pace.received();
    expect(pace.restDueAt).toBe(Infinity);
  });
});
