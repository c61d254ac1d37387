import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CIRCUIT_BREAK, LIMIT, TIMEOUT } from '../config/governance-schema.js';
import { RETRY } from '../config/retry-schema.js';
import { configuredPolicies } from '../client/kitex-policies.js';
import { resolveRetryOptions } from '../stages/retry/retry-options.js';
import { resolveCircuitBreakerOptions } from '../stages/breaker/breaker-options.js';
import { checked } from '../support/checked-document.js';
import { KITEX_VALUES, limit, type Json } from './kitex-values.js';

/** Written by `peer configs` of test/interop/peers/kitex: Kitex's own structs, marshalled by Go. */
const FIXTURES = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../test/kitex-configs.json'), 'utf8'),
) as Record<'retry' | 'rpc_timeout' | 'circuit_break' | 'limit', Record<string, Json>>;

const DECLARED = { retry: RETRY, rpc_timeout: TIMEOUT, circuit_break: CIRCUIT_BREAK };

function read(category: keyof typeof DECLARED, value: Json) {
  const warnings: string[] = [];
  const warn = (where: string, message: string) => void warnings.push(`${where} ${message}`);
  const policy: unknown = checked<unknown>(
    DECLARED[category],
    KITEX_VALUES[category](value, warn),
    category,
  );
  return { policy, warnings };
}

function policiesOf(entry: object) {
  const config = { services: { users: { methods: { '*': entry } } } };
  return configuredPolicies(config as Parameters<typeof configuredPolicies>[0], 'users', 'Get');
}

describe('values that Go writes of the structs of Kitex', () => {
  it.each(Object.entries(FIXTURES.retry))('retry policy "%s" can be applied', (name, value) => {
    const { policy, warnings } = read('retry', value);
    const { retry } = policiesOf({ retry: policy });
    expect(retry === false ? false : resolveRetryOptions(retry!).type).toBe(
      { off: false, backup: 'backup', mixed: 'mixed', 'all three': 'backup' }[name] ?? 'failure',
    );
    expect(warnings).toEqual(
      name === "error rate beyond Kitex's"
        ? [
            'failure_policy.stop_policy.cb_policy.error_rate 0.5 is out of range, the default 0.1 is used',
          ]
        : [],
    );
  });

  it('keeps what a retry policy says', () => {
    const { retry } = policiesOf({ retry: read('retry', FIXTURES.retry['random']!).policy });
    expect(retry).toMatchObject({
      maxRetries: 2,
      maxDurationMs: 2000,
      errorRate: 0.1,
      retrySameInstance: true,
      backoff: { type: 'random', minMs: 10, maxMs: 100 },
    });
  });

  it.each(Object.entries(FIXTURES.circuit_break))(
    'breaker "%s" is on or off as it says',
    (name, value) => {
      const { circuitBreaker } = policiesOf({ circuit_break: read('circuit_break', value).policy });
      const settings =
        circuitBreaker === false ? undefined : resolveCircuitBreakerOptions(circuitBreaker!);
      expect([settings?.errorRate, settings?.minSamples]).toEqual(
        name === 'off' ? [undefined, undefined] : [0.5, 200],
      );
    },
  );

  it('takes a time to connect of 0 for one that was not set', () => {
    const { timeout } = policiesOf({
      timeout: read('rpc_timeout', FIXTURES.rpc_timeout['rpc']!).policy,
    });
    expect(timeout).toEqual({ attemptTimeoutMs: 300 });
  });

  it('reads limits', () => {
    expect(
      checked(
        LIMIT,
        limit(FIXTURES.limit['both']!, () => {}),
        'limit',
      ),
    ).toEqual({
      connection_limit: 100,
      qps_limit: 2000,
    });
  });
});

describe('values that people write', () => {
  it('are read without unknown keys, and with numbers brought into range', () => {
    const { policy, warnings } = read('retry', {
      enable: true,
      type: 0,
      of_a_newer_kitex: { a: 1 },
      failure_policy: {
        stop_policy: { max_retry_times: 9, max_duration_ms: -1, cb_policy: { error_rate: 0.5 } },
        of_a_newer_kitex: true,
      },
    });
    expect(policy).toMatchObject({
      failure_policy: {
        stop_policy: { max_retry_times: 5, max_duration_ms: 0, cb_policy: { error_rate: 0.1 } },
      },
    });
    expect(warnings).toEqual([
      'failure_policy.stop_policy.max_retry_times 9 is out of range, 5 is used',
      'failure_policy.stop_policy.max_duration_ms -1 is out of range, 0 is used',
      'failure_policy.stop_policy.cb_policy.error_rate 0.5 is out of range, the default 0.1 is used',
    ]);
  });

  it('are not checked where the policy is off', () => {
    expect(read('retry', { enable: false, type: 'nonsense' }).policy).toMatchObject({
      enable: false,
    });
    expect(read('circuit_break', { err_rate: 'x' }).policy).toMatchObject({ enable: false });
  });

  it('are rejected where a type is wrong', () => {
    expect(() => read('rpc_timeout', { rpc_timeout_ms: 'soon' })).toThrow('rpc_timeout_ms');
    expect(() => read('retry', { enable: true, type: 7 })).toThrow('type');
  });
});
