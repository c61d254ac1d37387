import { GovernanceConfigError } from '../errors/errors.js';
import { parseGovernanceConfig } from './parse-config.js';

async function issuesOf(methodConfig: object): Promise<readonly string[]> {
  try {
    await parseGovernanceConfig(
      JSON.stringify({ services: { users: { methods: { GetUser: methodConfig } } } }),
      'governance.json',
    );
  } catch (error) {
    return (error as GovernanceConfigError).issues;
  }
  throw new Error('the configuration was taken');
}

describe('parseGovernanceConfig', () => {
  it('takes the shapes of Kitex, also as Go writes them', async () => {
    const config = await parseGovernanceConfig(
      `
services:
  user-service:
    limit: { connection_limit: 100, qps_limit: 2000 }
    instance_circuit_break: { enable: true }
    methods:
      '*':
        timeout: { rpc_timeout_ms: 1000, conn_timeout_ms: 50 }
        circuit_break: { enable: true, err_rate: 0.3, min_sample: 100 }
        degradation: { enable: true, percentage: 30 }
      GetUser:
        retry:
          enable: true
          type: 0
          failure_policy:
            stop_policy:
              max_retry_times: 3
              max_duration_ms: 2000
              disable_chain_stop: false
              ddl_stop: false
              cb_policy: { error_rate: 0.3 }
            backoff_policy: { backoff_type: fixed, cfg_items: { fix_ms: 50 } }
            retry_same_node: false
            extra: ''
          backup_policy: null
`,
      'governance.yaml',
    );
    expect(config.services['user-service']?.methods['GetUser']?.retry).toMatchObject({
      type: 0,
      failure_policy: { stop_policy: { max_retry_times: 3 } },
      backup_policy: undefined,
    });
  });

  it.each(['', '# nothing\n', '{}\n', 'services:\n'])(
    'rejects a file that is empty: %j',
    async (text) => {
      await expect(parseGovernanceConfig(text, 'governance.yaml')).rejects.toThrow(
        GovernanceConfigError,
      );
    },
  );

  it('takes a file that says that it configures nothing', async () => {
    await expect(parseGovernanceConfig('services: {}\n', 'governance.yaml')).resolves.toEqual({
      services: {},
    });
  });

  it('rejects a file that is cut off anywhere, or reads the lines before', async () => {
    const whole = `services:
  users:
    methods:
      GetUser:
        timeout: { rpc_timeout_ms: 1000, conn_timeout_ms: 200 }
      '*':
        timeout:
          rpc_timeout_ms: 3000
`;
    const complete = await parseGovernanceConfig(whole, 'governance.yaml');
    for (let length = 0; length < whole.length; length += 1) {
      const text = whole.slice(0, length);
      const config = await parseGovernanceConfig(text, 'governance.yaml').catch(() => undefined);
      // Never another number than the one written.
      const { GetUser } = config?.services['users']?.methods ?? {};
      expect([undefined, complete.services['users']!.methods['GetUser']]).toContainEqual(GetUser);
      expect(config?.services['users']?.methods['*']).toBeUndefined();
    }
  });

  it.each([
    [
      { timeout: { rpc_timeout: 5 } },
      'unknown option services.users.methods.GetUser.timeout.rpc_timeout; did you mean rpc_timeout_ms?',
    ],
    [
      { retry: { enable: true, type: 3 } },
      'services.users.methods.GetUser.retry.type must be 0 (failure), 1 (backup) or 2 (mixed); got 3',
    ],
    [
      { retry: { enable: true, type: 1 } },
      'services.users.methods.GetUser.retry.backup_policy is missing; type 1 needs it',
    ],
    [
      { retry: { enable: true, failure_policy: { stop_policy: { max_retry_times: 6 } } } },
      'services.users.methods.GetUser.retry.failure_policy.stop_policy.max_retry_times must be an integer from 0 to 5; got 6',
    ],
    [
      { retry: { enable: true, failure_policy: { backoff_policy: { backoff_type: 'linear' } } } },
      `services.users.methods.GetUser.retry.failure_policy.backoff_policy.backoff_type must be one of 'none', 'fixed', 'random', 'exponential'; got the string "linear"`,
    ],
    [
      {
        retry: {
          enable: true,
          failure_policy: {
            backoff_policy: { backoff_type: 'random', cfg_items: { min_ms: 5, max_ms: 4 } },
          },
        },
      },
      'services.users.methods.GetUser.retry.failure_policy.backoff_policy.cfg_items.max_ms must not be less than min_ms',
    ],
    [
      { circuit_break: { enable: 'yes' } },
      'services.users.methods.GetUser.circuit_break.enable must be true or false; got the string "yes"',
    ],
    [
      { degradation: { enable: true, percentage: 101 } },
      'services.users.methods.GetUser.degradation.percentage must be a number from 0 to 100; got 101',
    ],
    [
      { dynamic_timeout: { enable: true, floor_ms: 20_000 } },
      'services.users.methods.GetUser.dynamic_timeout.ceiling_ms must not be less than floor_ms (default 100); default 10000',
    ],
    [
      { fallback: { enable: true, on: 'timeout' } },
      `services.users.methods.GetUser.fallback.on must be one of 'error', 'timeout_or_open'; got the string "timeout"`,
    ],
    [
      { dynamic_timeout: { enable: true, floor_ms: -1, ceiling_ms: 0, default_ms: 0 } },
      'services.users.methods.GetUser.dynamic_timeout.floor_ms must be milliseconds, an integer from 0 to 2147483647; got -1',
    ],
  ])('rejects %j and says where and why', async (config, issue) => {
    expect(await issuesOf(config)).toEqual([issue]);
  });

  it('names every fault at once', async () => {
    expect(
      await issuesOf({ timeout: { rpc_timeout_ms: -1 }, degradation: { enable: true } }),
    ).toHaveLength(2);
  });

  it('says where text is not YAML', async () => {
    await expect(parseGovernanceConfig('services: [', 'governance.yaml')).rejects.toThrow(
      /^governance\.yaml: .* at line 1/,
    );
  });
});
