import { getEventListeners } from 'node:events';
import { bulkhead, timeout, TimeoutStrategy } from 'cockatiel';
import type { MethodPolicies } from '@nestjs-thrift/governance';
import { ThriftRecordBuilder } from '@nestjs-thrift/microservice';
import { RemoteError } from '@nestjs-thrift/transport';
import { lastValueFrom } from 'rxjs';
import { proxyOf } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { serveEcho } from '#test/echo-peers.js';
import { Echo } from '#test/echo-service.js';
import { until } from '#test/until.js';

/** Node warns of a leak at the eleventh listener. */
const CALLS = 20;
const MODES = ['long', 'mux', 'short'] as const;
const retryErrors = [RemoteError];

const POLICIES: [string, MethodPolicies][] = [
  ['a retry policy', { retry: { type: 'failure', idempotent: true } }],
  [
    'a retry policy that waits',
    {
      retry: {
        type: 'failure',
        idempotent: true,
        retryErrors,
        backoff: { type: 'fixed', delayMs: 60_000 },
      },
    },
  ],
  ['backup requests', { retry: { type: 'backup', idempotent: true, delayMs: 60_000 } }],
  ['a mixed policy', { retry: { type: 'mixed', idempotent: true, delayMs: 60_000 } }],
  [
    'a mixed policy that waits',
    {
      retry: {
        type: 'mixed',
        idempotent: true,
        retryErrors,
        delayMs: 60_000,
        backoff: { type: 'fixed', delayMs: 60_000 },
      },
    },
  ],
  [
    'a breaker and a fallback',
    { circuitBreaker: {}, fallback: { on: 'timeout_or_open', answer: () => null } },
  ],
  ['a full bulkhead of cockatiel', { policies: [bulkhead(1, CALLS)] }],
  ['a timeout of cockatiel', { policies: [timeout(60_000, TimeoutStrategy.Cooperative)] }],
];

/** A server on which calls with the text `fail` fail and others hang, and what it has seen. */
async function serveHanging() {
  let seen = 0;
  const { address } = await serveEcho({
    echo: ({ text }) => {
      seen++;
      if (text === 'fail') {
        throw new RemoteError(6, 'busy');
      }
      return new Promise(() => undefined);
    },
  });
  return { address, seen: () => seen };
}

/** Collects the warnings of the process until the test ends. */
function collectWarnings(): Error[] {
  const warnings: Error[] = [];
  const collect = (warning: Error): unknown => warnings.push(warning);
  process.on('warning', collect);
  cleanUp(() => process.off('warning', collect));
  return warnings;
}

describe('a signal that many calls share', () => {
  it.each([
    ...MODES.map((mode) => ['no policy', mode, {}] as const),
    ...POLICIES.map(([name, policies]) => [name, 'long', policies] as const),
  ])(
    'has few listeners, and cancels all calls, with %s in mode %s',
    async (name, mode, policies) => {
      const warnings = collectWarnings();
      const { address, seen } = await serveHanging();
      const client = proxyOf(Echo, address, {
        connection: { mode },
        policies,
        attemptTimeoutMs: 0,
      }).getService(Echo);
      const caller = new AbortController();
      const { signal } = caller;
      const text = name.endsWith('waits') ? 'fail' : 'hang';
      const calls = Array.from({ length: CALLS }, () => client.echo(text, { signal }));
      const outcomes = Promise.allSettled(calls);
      await until(() => seen() === (name.includes('bulkhead') ? 1 : CALLS));

      expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(2);
      caller.abort();
      for (const { status } of await outcomes) {
        expect(status).toBe('rejected');
      }
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      expect(warnings).toEqual([]);
    },
  );

  it('has few listeners while calls wait for a connection', async () => {
    const warnings = collectWarnings();
    const { address, seen } = await serveHanging();
    const connection = { mode: 'long', maxPerAddress: 1 } as const;
    const client = proxyOf(Echo, address, { connection, attemptTimeoutMs: 0 }).getService(Echo);
    const caller = new AbortController();
    const { signal } = caller;
    const calls = Array.from({ length: CALLS }, () => client.echo('hang', { signal }));
    const outcomes = Promise.allSettled(calls);
    await until(() => seen() === 1);

    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    caller.abort();
    expect((await outcomes).map(({ status }) => status)).toEqual(calls.map(() => 'rejected'));
    expect(warnings).toEqual([]);
  });

  it('has one listener for records that Nest sends', async () => {
    const warnings = collectWarnings();
    const { address, seen } = await serveHanging();
    const client = proxyOf(Echo, address, { attemptTimeoutMs: 0 });
    const caller = new AbortController();
    const { signal } = caller;
    const record = new ThriftRecordBuilder('hang').setSignal(signal).build();
    const calls = Array.from({ length: CALLS }, () =>
      lastValueFrom(client.send('Echo.echo', record)),
    );
    const outcomes = Promise.allSettled(calls);
    await until(() => seen() === CALLS);

    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    caller.abort();
    expect((await outcomes).map(({ status }) => status)).toEqual(calls.map(() => 'rejected'));
    expect(warnings).toEqual([]);
  });
});
