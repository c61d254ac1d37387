import { jest } from '@jest/globals';
import { RpcTimeoutError, type IncomingCall } from '@nestjs-thrift/transport';
import { callStorage } from '@nestjs-thrift/transport/internal';
import { failing, outgoing, scripted } from '../../../test/calls.js';
import { DynamicTimeout } from './dynamic-timeout.js';
import { callTimeoutStage, timeoutStage } from './timeout-stage.js';

describe('timeoutStage', () => {
  const timeouts = { attemptTimeoutMs: 300, connectTimeoutMs: 50, readTimeoutMs: 200 };

  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
    jest.advanceTimersByTime(1_000);
  });
  afterEach(() => jest.useRealTimers());

  function sent(over: Parameters<typeof outgoing>[0], serving?: Partial<IncomingCall>) {
    const { endpoint, calls } = scripted(() => 'reply');
    const call = timeoutStage(timeouts).unary(endpoint);
    const run = async () => {
      await call(outgoing(over));
      return calls[0]!;
    };
    return serving === undefined ? run() : callStorage.run({ call: serving as IncomingCall }, run);
  }

  it('gives the attempt the configured timeouts', async () => {
    expect(await sent({})).toMatchObject({
      deadline: performance.now() + 300,
      timeoutMs: 300,
      connectTimeoutMs: 50,
      readTimeoutMs: 200,
    });
  });

  it('lets the call say its own', async () => {
    const said = { attemptTimeoutMs: 80, connectTimeoutMs: 7, readTimeoutMs: 0 };
    expect(await sent(said)).toMatchObject({
      deadline: performance.now() + 80,
      timeoutMs: 80,
      connectTimeoutMs: 7,
      readTimeoutMs: 0,
    });
  });

  it('keeps the limit of an attempt when the call as a whole may take longer', async () => {
    const timeoutMs = 10_000;
    expect(await sent({ timeoutMs, deadline: performance.now() + timeoutMs })).toMatchObject({
      deadline: performance.now() + 300,
      timeoutMs: 300,
    });
  });

  it('gives a call without a timeout the configured one, and leaves the others alone', async () => {
    const { endpoint, calls } = scripted(() => 'reply');
    const call = callTimeoutStage(500)!.unary(endpoint);
    await call(outgoing({ timeoutMs: undefined }));
    await call(outgoing({ timeoutMs: 0 }));
    expect(calls).toMatchObject([
      { timeoutMs: 500, deadline: performance.now() + 500 },
      { timeoutMs: 0, deadline: Infinity },
    ]);
  });

  it('never goes beyond the deadline of the call', async () => {
    const deadline = performance.now() + 20.5;
    expect(await sent({ deadline })).toMatchObject({ deadline, timeoutMs: 21 });
  });

  it('hands the deadline of the request being served on', async () => {
    const deadline = performance.now() + 40;
    expect(await sent({}, { deadline })).toMatchObject({ deadline, timeoutMs: 40 });
  });

  it('sends nothing when the caller no longer waits', async () => {
    const { endpoint, calls } = scripted(() => 'reply');
    const late = timeoutStage(timeouts).unary(endpoint)(outgoing({ deadline: performance.now() }));
    await expect(late).rejects.toThrow(
      'UserService.GetUser was not sent: the deadline of its caller has passed',
    );
    expect(calls).toHaveLength(0);
  });

  it('sets no deadline when the timeout is 0', async () => {
    const { endpoint, calls } = scripted(() => 'reply');
    await timeoutStage({ attemptTimeoutMs: 0, connectTimeoutMs: 50 }).unary(endpoint)(outgoing());
    expect(calls[0]).toMatchObject({ deadline: Infinity, timeoutMs: 0 });
  });

  it('sets no deadline while a dynamic timeout is 0', async () => {
    const { endpoint, calls } = scripted(() => 'reply');
    const dynamic = new DynamicTimeout({ defaultMs: 0 });
    await timeoutStage(timeouts, dynamic).unary(endpoint)(outgoing());
    expect(calls[0]).toMatchObject({ deadline: Infinity, timeoutMs: 0 });
  });

  it('learns from replies and timeouts, not from other errors', async () => {
    const dynamic = new DynamicTimeout({ minSamples: 2, bufferMs: 0, floorMs: 1, defaultMs: 900 });
    const { endpoint, calls } = scripted(
      failing(new Error('refused')),
      () => jest.advanceTimersByTime(100),
      () => {
        jest.advanceTimersByTime(900);
        throw new RpcTimeoutError(900, 'late');
      },
      () => 'reply',
    );
    const call = timeoutStage(timeouts, dynamic).unary(endpoint);
    await expect(call(outgoing())).rejects.toThrow('refused');
    await call(outgoing());
    await expect(call(outgoing())).rejects.toThrow('late');
    jest.advanceTimersByTime(1_000);
    await call(outgoing());
    expect(calls.map((attempt) => attempt.timeoutMs).slice(0, 3)).toEqual([900, 900, 900]);
    expect(calls[3]?.timeoutMs).toBeGreaterThanOrEqual(1_800);
  });
});
