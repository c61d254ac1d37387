import { LimitExceededError } from '../errors/errors.js';
import { pulled } from './pulled.js';

/** A source that pushes values at once. */
const pushing = <T>(values: readonly T[]) => ({
  subscribe(observer: { next(value: T): void; complete(): void }) {
    values.forEach((value) => observer.next(value));
    observer.complete();
    return { unsubscribe: () => undefined };
  },
});

/** How many values come, and what ends them. */
async function taken(values: readonly unknown[]): Promise<{ count: number; error: unknown }> {
  const iterator = pulled(pushing(values), (ahead) => `it is ${ahead} ahead`);
  let count = 0;
  try {
    while (!(await iterator.next()).done) {
      count++;
    }
    return { count, error: undefined };
  } catch (error) {
    return { count, error };
  }
}

const MIB = 1024 * 1024;

describe('a source that pushes faster than its consumer takes', () => {
  it('may be 1,024 values ahead', async () => {
    const values = Array.from({ length: 1_025 }, (_, index) => ({ index }));
    expect(await taken(values.slice(1))).toEqual({ count: 1_024, error: undefined });
    expect(await taken(values)).toEqual({
      count: 1_024,
      error: new LimitExceededError('it is 1024 messages ahead'),
    });
  });

  it.each([
    ['text', { text: 'x'.repeat(MIB) }],
    ['bytes', { chunk: Buffer.alloc(MIB) }],
    ['many values', { list: Array.from({ length: MIB / 16 }, (_, index) => index) }],
    ['nested structs', { a: { b: new Map([['k', [{ text: 'x'.repeat(MIB) }]]]) } }],
    ['a set', { set: new Set(Array.from({ length: MIB / 16 }, (_, index) => index)) }],
  ])('may be 4 MiB of %s ahead', async (_what, value) => {
    expect(await taken(Array(3).fill(value))).toEqual({ count: 3, error: undefined });
    expect(await taken(Array(9).fill(value))).toEqual({
      count: 3,
      error: new LimitExceededError('it is 4194304 bytes ahead'),
    });
  });

  it('may push one value of any size', async () => {
    expect(await taken([{ text: 'x'.repeat(5 * MIB) }])).toEqual({ count: 1, error: undefined });
  });

  it('is not measured by values that were taken', async () => {
    let push!: (value: string) => void;
    const source = {
      subscribe(observer: { next(value: string): void }) {
        push = (value) => observer.next(value);
        return { unsubscribe: () => undefined };
      },
    };
    const iterator = pulled(source, String);
    for (let index = 0; index < 20; index++) {
      push('x'.repeat(MIB));
      await expect(iterator.next()).resolves.toMatchObject({ done: false });
    }
  });

  it('may push values that refer to themselves', async () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(await taken([circle, circle])).toEqual({ count: 2, error: undefined });
  });
});
