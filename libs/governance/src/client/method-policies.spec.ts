import { effectivePolicies, type MethodPolicies } from './method-policies.js';

describe('effectivePolicies', () => {
  const file: MethodPolicies = {
    timeout: { attemptTimeoutMs: 1 },
    retry: { type: 'failure', maxRetries: 1 },
  };
  const decorator: MethodPolicies = {
    timeout: { attemptTimeoutMs: 2, connectTimeoutMs: 20 },
    retry: { type: 'backup', delayMs: 5 },
    circuitBreaker: { errorRate: 0.2 },
  };
  const client: MethodPolicies = {
    timeout: { connectTimeoutMs: 30 },
    circuitBreaker: { errorRate: 0.3 },
    degradationPercentage: 7,
  };

  it('prefers file to decorator to client', () => {
    expect(effectivePolicies([file, decorator, client])).toMatchObject({
      timeout: { attemptTimeoutMs: 1, connectTimeoutMs: 20 },
      retry: { type: 'failure', maxRetries: 1 },
      circuitBreaker: { errorRate: 0.2 },
      degradationPercentage: 7,
    });
  });

  it('does not take what a layer leaves undefined for an answer', () => {
    expect(effectivePolicies([{ retry: undefined }, decorator]).retry).toEqual(decorator.retry);
  });

  it('lets a layer turn a policy off', () => {
    expect(effectivePolicies([{ retry: false, circuitBreaker: false }, decorator])).toMatchObject({
      retry: false,
      circuitBreaker: false,
    });
  });

  it('prefers a timeout of a stronger layer to a dynamic one', () => {
    const dynamic = { dynamicTimeout: { floorMs: 5 } };
    expect(effectivePolicies([file, dynamic]).dynamicTimeout).toBeUndefined();
    expect(effectivePolicies([dynamic, client]).dynamicTimeout).toEqual({ floorMs: 5 });
  });
});
