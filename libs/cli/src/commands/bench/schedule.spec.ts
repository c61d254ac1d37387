import { constantRate, parseStages, stagedRate } from './schedule.js';

describe('constantRate', () => {
  it('has calls at equal distances, as many as begin in the time', () => {
    const schedule = constantRate(10, { durationMs: 1500 });

    expect(schedule).toMatchObject({ due: 15, periodMs: 1500 });
    expect([0, 1, 14].map((index) => schedule.momentOf(index))).toEqual([0, 100, 1400]);
    expect([0, 99, 100, 5000].map((ms) => schedule.dueBy(ms))).toEqual([1, 1, 2, 15]);
  });

  it('lasts as long as its calls take at the rate', () => {
    expect(constantRate(50, { requests: 100 })).toMatchObject({ due: 100, periodMs: 2000 });
  });
});

describe('stagedRate', () => {
  it('adds up the calls of ramps and of steady stages', () => {
    const schedule = stagedRate(parseStages('2s:100,1s:100,2s:0'));

    expect(schedule).toMatchObject({ periodMs: 5000, due: 300 });
    expect([1000, 2000, 3000, 5000].map((ms) => schedule.dueBy(ms))).toEqual([25, 100, 200, 300]);
  });

  it('has a moment for each call, in order, at which that call is due', () => {
    const schedule = stagedRate(parseStages('1s:200,500ms:50,1s:50,1s:0'));
    let last = -1;
    for (let index = 0; index < schedule.due; index += 1) {
      const moment = schedule.momentOf(index);
      expect(moment).toBeGreaterThan(last);
      expect(Math.abs(schedule.dueBy(moment) - index)).toBeLessThanOrEqual(1);
      last = moment;
    }
    expect(last).toBeLessThan(schedule.periodMs);
  });
});

describe('parseStages', () => {
  it.each([
    ['30s', '"30s" must be <duration>:<calls per second>; example: 30s:100.'],
    ['30x:1', 'Give a duration from 1ms'],
    ['1s:0', 'At least one stage must have a rate above 0.'],
    ['', '"" must be'],
  ])('rejects "%s"', (text, message) => {
    expect(() => parseStages(text)).toThrow(message);
  });
});
