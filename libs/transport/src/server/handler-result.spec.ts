import { HandlerResult } from './handler-result.js';

interface Conversions {
  value?: (value: unknown) => unknown;
  error?: (error: unknown) => unknown;
}

function resultOf(promise: Promise<unknown>, conversions: Conversions = {}): HandlerResult<null> {
  const value = (settled: unknown) => settled;
  const error = (settled: unknown) => {
    throw settled;
  };
  return new HandlerResult(promise, { value, error, ...conversions }, null);
}

const failing = () => Promise.reject(new Error('inside'));

describe('HandlerResult', () => {
  it('resolves to what its converter makes of the value', async () => {
    const value = (settled: unknown) => Number(settled) * 2;
    await expect(resultOf(Promise.resolve(2), { value })).resolves.toBe(4);
  });

  it('waits for a promise that its converter returns', async () => {
    const value = (settled: unknown) => Promise.resolve([settled]);
    await expect(resultOf(Promise.resolve(1), { value })).resolves.toEqual([1]);
    await expect(resultOf(Promise.resolve(1), { value: failing })).rejects.toThrow('inside');
  });

  it('rejects with what its converter throws', async () => {
    const refuse = () => {
      throw new Error('refused');
    };
    await expect(resultOf(failing(), { error: refuse })).rejects.toThrow('refused');
    await expect(resultOf(Promise.resolve(1), { value: refuse })).rejects.toThrow('refused');
  });

  it('gives a listener the result, before and after it is there', async () => {
    const seen: unknown[] = [];
    const listener = {
      resolved: (value: unknown) => seen.push(value),
      rejected: (error: unknown) => seen.push((error as Error).message),
    };
    resultOf(Promise.resolve(1)).listen(listener);
    const late = resultOf(failing());
    await new Promise((resolve) => setImmediate(resolve));
    late.listen(listener);
    expect(seen).toEqual([1, 'inside']);
  });

  it('passes values and errors on as promises do if a callback is missing', async () => {
    await expect(resultOf(Promise.resolve(1)).then()).resolves.toBe(1);
    await expect(resultOf(failing()).then((value) => value)).rejects.toThrow('inside');
    await expect(resultOf(failing()).then(null, () => 'caught')).resolves.toBe('caught');
  });
});
