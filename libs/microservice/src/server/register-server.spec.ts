import { jest } from '@jest/globals';
import type { Registration, Registry } from '@nestjs-thrift/governance';
import { registerServer } from './register-server.js';

const never = (): Promise<never> => new Promise(() => {});
const register = (registry: Registry) =>
  registerServer({ registry, address: '10.0.0.1:80' }, 'users', { port: 80 });

describe('a registry that hangs', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('keeps no server waiting to start, and takes out again what it registers too late', async () => {
    let answer: (registration: Registration) => void = () => {};
    const registered = register({
      register: () => new Promise((resolve) => (answer = resolve)),
    });
    const failure = registered.catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await failure).toMatchObject({
      message: 'cannot register users at 10.0.0.1:80: the registry did not answer in 5000 ms',
    });
    const close = jest.fn(async () => {});
    answer({ close });
    await jest.advanceTimersByTimeAsync(0);
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('keeps no server waiting to stop', async () => {
    const registration = await register({ register: async () => ({ close: never }) });
    const failure = registration.close().catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await failure).toMatchObject({ message: 'the registry did not answer in 5000 ms' });
  });

  it('leaves no timer behind when it answers', async () => {
    const registration = await register({ register: async () => ({ close: async () => {} }) });
    await registration.close();
    expect(jest.getTimerCount()).toBe(0);
  });
});
