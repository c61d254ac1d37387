import type { CircuitBreakerOptions } from '../stages/breaker/breaker-options.js';
import type { RetryConditions, RetryOptions } from '../stages/retry/retry-options.js';
import type { MethodPolicies } from './method-policies.js';

type ByCode = Partial<RetryConditions> & Partial<CircuitBreakerOptions>;

/** Settings that Kitex's configuration format does not support, or leaves to the code. */
const RETRY_BY_CODE = [
  'idempotent',
  'budget',
  'retryTimeouts',
  'retryErrors',
  'retryError',
  'retryResult',
] as const satisfies readonly (keyof RetryConditions)[];
const BREAKER_BY_CODE = [
  'openDurationMs',
  'probeIntervalMs',
  'successesToClose',
  'slowCallMs',
] as const satisfies readonly (keyof CircuitBreakerOptions)[];

/**
 * The policies of a configuration, with what it cannot say as the code says: a configuration that changes how often
 * something is repeated must not lose for which errors. Kitex: WithSpecifiedResultRetry.
 *
 * @param code the policies of decorators and client.
 */
export function configuredOverCode(
  configured: MethodPolicies,
  code: Pick<MethodPolicies, 'retry' | 'circuitBreaker'>,
): MethodPolicies {
  const { retry, circuitBreaker } = configured;
  return {
    ...configured,
    retry:
      retry && code.retry ? (completed(retry, code.retry, RETRY_BY_CODE) as RetryOptions) : retry,
    circuitBreaker:
      circuitBreaker && code.circuitBreaker
        ? completed(circuitBreaker, code.circuitBreaker, BREAKER_BY_CODE)
        : circuitBreaker,
  };
}

function completed(said: ByCode, byCode: ByCode, names: readonly (keyof ByCode)[]): ByCode {
  const missing = names.filter((name) => said[name] === undefined);
  return { ...said, ...Object.fromEntries(missing.map((name) => [name, byCode[name]])) };
}
