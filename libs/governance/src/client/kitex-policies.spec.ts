import {
  configuredInstanceBreaker,
  configuredLimits,
  configuredPolicies,
} from './kitex-policies.js';
import { parseGovernanceConfig } from '../config/parse-config.js';

const config = await parseGovernanceConfig(
  `
services:
  users:
    limit: { connection_limit: 10, qps_limit: 20, concurrency_limit: 30 }
    instance_circuit_break: { enable: true, err_rate: 0.3, min_sample: 5 }
    methods:
      '*':
        timeout: { rpc_timeout_ms: 100 }
        circuit_break: { enable: false }
        degradation: { enable: true, percentage: 5 }
      GetUser:
        timeout: { conn_timeout_ms: 7 }
        degradation: { enable: false, percentage: 5 }
        retry:
          enable: true
          type: 0
          idempotent: true
          failure_policy:
            stop_policy: { max_retry_times: 3, max_duration_ms: 9, disable_chain_stop: true, cb_policy: { error_rate: 0.2 } }
            backoff_policy: { backoff_type: random, cfg_items: { min_ms: 1, max_ms: 2 } }
            retry_same_node: true
      Hedged: { retry: { enable: true, type: 1, backup_policy: { retry_delay_ms: 40 } } }
      Mixed: { retry: { enable: true, type: 2, mixed_policy: { retry_delay_ms: 50, backoff_policy: { backoff_type: exponential, cfg_items: { initial_ms: 1, max_ms: 8 } } } } }
      Never: { retry: { enable: false } }
`,
  'governance.yaml',
);
const of = (method: string) => configuredPolicies(config, 'users', method);

describe('configuredPolicies', () => {
  it('takes each policy from the entry of the method, else from the one for all', () => {
    expect(of('GetUser')).toEqual({
      timeout: { attemptTimeoutMs: undefined, connectTimeoutMs: 7 },
      circuitBreaker: false,
      degradationPercentage: 0,
      retry: {
        type: 'failure',
        idempotent: true,
        maxRetries: 3,
        maxDurationMs: 9,
        chainStop: false,
        errorRate: 0.2,
        retrySameInstance: true,
        backoff: { type: 'random', minMs: 1, maxMs: 2 },
      },
    });
    expect(of('Other')).toMatchObject({
      timeout: { attemptTimeoutMs: 100 },
      degradationPercentage: 5,
    });
  });

  it('knows the three kinds of retry and none', () => {
    expect(of('Hedged').retry).toMatchObject({ type: 'backup', delayMs: 40 });
    expect(of('Mixed').retry).toMatchObject({
      type: 'mixed',
      delayMs: 50,
      backoff: { type: 'exponential', initialMs: 1, maxMs: 8 },
    });
    expect(of('Never').retry).toBe(false);
  });

  it('has no policies for services that are not named, whatever their names', () => {
    expect(configuredPolicies(config, 'constructor', 'GetUser').timeout).toBeUndefined();
    expect(of('constructor').timeout).toEqual({ attemptTimeoutMs: 100 });
    expect(configuredPolicies(undefined, 'users', 'GetUser').retry).toBeUndefined();
  });

  it('knows instance breakers and limits', () => {
    expect(configuredInstanceBreaker(config, 'users')).toEqual({ errorRate: 0.3, minSamples: 5 });
    expect(configuredInstanceBreaker(config, 'others')).toBeUndefined();
    expect(configuredLimits(config, 'users')).toEqual({
      maxConnections: 10,
      maxQps: 20,
      maxConcurrency: 30,
    });
  });
});
