import { CallSlots } from './call-slots.js';
import type { ClientCall } from './client-call.js';

describe('CallSlots', () => {
  let slots: CallSlots;

  beforeEach(() => {
    slots = new CallSlots();
  });

  // Slots only hold calls; what a call can do plays no part here.
  const call = (name: string): ClientCall => ({ name }) as unknown as ClientCall;

  it('finds calls by their ids, whatever the order', () => {
    const calls = Array.from({ length: 1000 }, (_, index) => call(String(index)));
    const ids = calls.map((each) => slots.add(each));
    expect(new Set(ids).size).toBe(1000);
    expect(slots.size).toBe(1000);
    for (let index = 999; index >= 0; index--) {
      expect(slots.take(ids[index]!)).toBe(calls[index]);
    }
    expect(slots.size).toBe(0);
  });

  it('gives each call once', () => {
    const id = slots.add(call('a'));
    slots.take(id);
    expect(slots.take(id)).toBeUndefined();
  });

  it('does not give a later call of the same slot to an earlier id', () => {
    const first = slots.add(call('a'));
    slots.take(first);
    const second = slots.add(call('b'));
    expect(slots.take(first)).toBeUndefined();
    expect(slots.take(second)).toEqual(call('b'));
  });

  it.each([0, -1, 1 << 15, 0x7fffffff, -0x80000000])('finds no call with the id %i', (id) => {
    slots.add(call('a'));
    slots.add(call('b'));
    expect(slots.take(id)).toBeUndefined();
    expect(slots.size).toBe(2);
  });

  it('wraps around without ever using 0', () => {
    const ids = new Set<number>();
    for (let count = 0; count < 0x7fff + 10; count++) {
      const id = slots.add(call('a'));
      ids.add(id);
      slots.take(id);
    }
    expect(ids.size).toBe(0x7fff);
    expect(ids).not.toContain(0);
  });

  it('keeps the slot of an abandoned call until its reply comes, however many calls later', () => {
    const abandoned = slots.add(call('old'));
    expect(slots.abandon(abandoned)).toBe(true);
    expect(slots.size).toBe(0);
    const ids = new Set<number>();
    for (let count = 0; count < 2 * 0x7fff; count++) {
      const id = slots.add(call('new'));
      ids.add(id);
      slots.take(id);
    }
    expect(ids).not.toContain(abandoned);
    expect(slots.take(abandoned)).toBeUndefined();
    // Slots are given again last in, first out: now this one is free.
    expect(slots.add(call('next')) >>> 15).toBe(abandoned >>> 15);
  });

  it('abandons only what is in flight', () => {
    const id = slots.add(call('a'));
    expect(slots.abandon(id + 1)).toBe(false);
    slots.abandon(id);
    expect(slots.abandon(id)).toBe(false);
    expect(slots.abandon(0)).toBe(false);
  });

  it('is exhausted when replies to many calls never came', () => {
    const ids = Array.from({ length: 1024 }, () => slots.add(call('a')));
    for (const id of ids.slice(1)) {
      slots.abandon(id);
    }
    expect(slots.exhausted).toBe(false);
    slots.abandon(ids[0]!);
    expect(slots.exhausted).toBe(true);
    slots.take(ids[5]!);
    expect(slots.exhausted).toBe(false);
  });

  it('goes through the calls in flight and lets them end meanwhile', () => {
    const ids = ['a', 'b', 'c'].map((name) => slots.add(call(name)));
    slots.abandon(ids[1]!);
    const seen: ClientCall[] = [];
    for (const each of slots) {
      seen.push(each);
      slots.take(ids[2]!);
    }
    expect(seen).toEqual([call('a')]);
  });

  it('holds as many calls as can be in flight at once', () => {
    const ids = Array.from({ length: 1 << 16 }, () => slots.add(call('a')));
    expect(new Set(ids).size).toBe(1 << 16);
    expect(ids.every((id) => (id | 0) === id)).toBe(true);
    for (const id of ids) {
      slots.take(id);
    }
    expect(slots.size).toBe(0);
  });
});
