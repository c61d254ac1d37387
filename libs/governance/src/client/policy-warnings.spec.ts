import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { method } from '../../test/calls.js';
import { ManualConfig } from '../../test/config-source.js';
import { ClientGovernance } from './client-governance.js';
import type { ClientGovernanceOptions } from './client-governance-options.js';

const service: ServiceDefinition = {
  name: 'UserService',
  methods: {
    GetUser: method(),
    ListUsers: method({ name: 'ListUsers' }),
  },
};
const marked: ServiceDefinition = {
  name: 'UserService',
  methods: { ...service.methods, Count: method({ name: 'Count', idempotent: true }) },
};

function warningsOf(options: Partial<ClientGovernanceOptions>): string[] {
  const warnings: string[] = [];
  new ClientGovernance({
    service,
    targetServiceName: 'users',
    onWarning: (message) => warnings.push(message),
    ...options,
  }).close();
  return warnings;
}

describe('warnings of policies that do nothing', () => {
  it.each([{ type: 'failure' }, { type: 'backup', delayMs: 5 }] as const)(
    'name the methods that a $type policy does not repeat, and both ways to change that',
    (retry) => {
      expect(warningsOf({ policies: { retry } })).toEqual([
        'retry policies of UserService repeat only calls that were never sent, and send no backup requests, for GetUser, ListUsers: ' +
          'these methods are not known to be idempotent; write (idempotent = "true") behind the method in the IDL, ' +
          'or idempotent: true in the retry policy (idempotent: false silences this warning)',
      ]);
    },
  );

  it.each([true, false])('are not given where the policy says idempotent: %s', (idempotent) => {
    expect(warningsOf({ policies: { retry: { type: 'failure', idempotent } } })).toEqual([]);
  });

  it('name the methods alone that a policy names, where the IDL marks others', () => {
    const retry = { type: 'failure' } as const;
    expect(warningsOf({ service: marked, policies: { retry } })).toEqual([]);
    expect(warningsOf({ service: marked, methods: { Count: { retry } } })).toEqual([]);
    expect(
      warningsOf({ service: marked, policies: { retry }, methods: { GetUser: { retry } } }),
    ).toEqual([expect.stringContaining('for GetUser: these methods')]);
  });

  it('name methods and services of the configuration that are misspelt', () => {
    const timeout = '{ timeout: { rpc_timeout_ms: 5 } }';
    expect(
      warningsOf({
        config: new ManualConfig(
          `services: { users: { methods: { '*': ${timeout}, GetUsr: ${timeout}, Pay: ${timeout} } } }`,
        ),
      }),
    ).toEqual([
      'policies of users name the method GetUsr, which UserService does not have; did you mean GetUser?',
      'policies of users name the method Pay, which UserService does not have; it has GetUser, ListUsers',
    ]);
    expect(
      warningsOf({
        config: new ManualConfig(`services: { user: { methods: { '*': ${timeout} } } }`),
      }),
    ).toEqual(['there are no policies of users, but of user; did you mean users?']);
  });

  it('are given once, also after a change of the configuration', () => {
    const warnings: string[] = [];
    const config = new ManualConfig('services: {}');
    const governance = new ClientGovernance({
      service,
      targetServiceName: 'users',
      config,
      onWarning: (message) => warnings.push(message),
    });
    const text = 'services: { users: { methods: { GetUsr: { timeout: { rpc_timeout_ms: 5 } } } } }';
    config.change(text);
    config.change(text.replace('5', '6'));
    governance.close();
    expect(warnings).toEqual([expect.stringContaining('did you mean GetUser?')]);
  });
});
