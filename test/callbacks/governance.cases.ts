import { equal, match, ok, rejects, throws } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ClientGovernance,
  ServerProtection,
  configuredServerLimits,
  staticResolver,
  type AccessRule,
  type BatchOptions,
  type GovernanceConfig,
  type MethodPolicies,
} from '@nestjs-thrift/governance';
import { CallbackError, RemoteError, type MethodHandler } from '@nestjs-thrift/transport';
import { ManualConfig } from '../../libs/governance/test/config-source.js';
import { CircuitBreaker, type AnyPolicy } from '@nestjs-thrift/governance/internal';
import { until } from '#test/until.js';
import { echo } from './support/case-world.js';
import { Echo } from '#test/echo-service.js';
import { broken, type CallbackCase, type Fault, FAULTS } from './support/case-runner.js';

const failing: MethodHandler = () => {
  throw new RemoteError(6, 'not now');
};

/** A function that decides about the call fails it, with an error that names the option, the method and the cause. */
function ofPolicies(): CallbackCase[] {
  const batch: BatchOptions = {
    method: 'tags',
    merge: (calls) => ({ tags: calls.map(({ text }) => text) }),
    split: (result: readonly string[]) => result,
  };
  const options: readonly (readonly [
    string,
    MethodHandler | undefined,
    (fault: Fault) => MethodPolicies,
  ])[] = [
    ['fallback.on', failing, (on) => ({ fallback: { on, answer: () => 'instead' } })],
    ['batch.merge', undefined, (merge) => ({ batch: { ...batch, merge } })],
    ['batch.split', undefined, (split) => ({ batch: { ...batch, split } })],
  ];
  return options.flatMap(([option, handler, policies]) =>
    FAULTS.map(([how, fault]): CallbackCase => ({
      name: `${option} that ${how} fails the call`,
      run: async ({ world }) => {
        const server = await world.serve(handler);
        const { call } = world.govern({
          resolver: staticResolver([server.address]),
          methods: { echo: policies(fault) },
        });
        await rejects(call({ text: 'a' }), (error) => {
          ok(error instanceof CallbackError, String(error));
          equal(error.option, option);
          match(error.message, /of Echo\.(echo|tags) failed/);
          return true;
        });
        equal(server.inFlightCount, 0);
      },
    })),
  );
}

/** A listener of an event changes nothing, and is reported once. */
function ofListeners(): CallbackCase[] {
  return FAULTS.flatMap(([how, fault]): CallbackCase[] => [
    {
      name: `a listener of onEvent and onCall that ${how} changes no call`,
      run: async ({ world, warnings }) => {
        const server = await world.serve();
        const { call, governance } = world.govern({ resolver: staticResolver([server.address]) });
        governance.onEvent(fault);
        governance.onCall(fault);
        equal(await call({ text: 'a' }), 'a');
        equal(await call({ text: 'b' }), 'b');
        await until(() => warnings.length > 0);
        equal(warnings.length, 1);
      },
    },
    {
      name: `a listener of a breaker that ${how} changes no execution`,
      run: async ({ warnings }) => {
        const breaker = new CircuitBreaker({ minSamples: 1, errorRate: 0.1 });
        breaker.onStateChange(fault);
        breaker.onSuccess(fault);
        breaker.onFailure(fault);
        equal(await breaker.execute(() => 1), 1);
        const failure = new Error('the function failed');
        await rejects(
          breaker.execute(() => Promise.reject(failure)),
          failure,
        );
        equal(breaker.state, 'open');
        await until(() => warnings.length === 3);
      },
    },
    {
      name: `a listener of a configuration that ${how} keeps no client from following it`,
      run: async ({ world }) => {
        const config = new ManualConfig('services: {}');
        config.onChange(fault);
        config.onRejected(fault);
        const server = await world.serve();
        const { governance } = world.govern({ resolver: staticResolver([server.address]), config });
        config.change(
          'services: { Echo: { methods: { echo: { timeout: { rpc_timeout_ms: 7 } } } } }',
        );
        config.change('services: { Echo: 1 }');
        equal(governance.policiesOf('echo').timeout.attemptTimeoutMs, 7);
        await sleep(10);
      },
    },
  ]);
}

/** Functions of the application that throw: governance. */
export const governanceCases: readonly CallbackCase[] = [
  ...ofPolicies(),
  ...ofListeners(),
  {
    name: 'an answer of a fallback that throws is what the caller gets',
    run: async ({ world }) => {
      const server = await world.serve(failing);
      const { call } = world.govern({
        resolver: staticResolver([server.address]),
        policies: { fallback: { answer: broken } },
      });
      await rejects(call({ text: 'a' }), /the callback is broken/);
    },
  },
  ...FAULTS.map(([how, fault]): CallbackCase => ({
    name: `classify of a breaker that ${how} keeps the error of the call`,
    run: async ({ warnings }) => {
      const breaker = new CircuitBreaker({ minSamples: 1, errorRate: 0.1 }, { classify: fault });
      const failure = new Error('the function failed');
      await rejects(
        breaker.execute(() => Promise.reject(failure)),
        failure,
      );
      equal(breaker.state, 'open');
      await sleep(5);
      ok(warnings.length <= 1);
    },
  })),
  ...FAULTS.flatMap(([how, fault]): CallbackCase[] => [
    {
      name: `an access rule of a client that ${how} rejects the call`,
      run: async ({ world }) => {
        const server = await world.serve();
        const { call } = world.govern({
          resolver: staticResolver([server.address]),
          policies: { accessRules: [fault as unknown as AccessRule<unknown>] },
        });
        await rejects(call({ text: 'a' }), /access could not be checked/);
      },
    },
    {
      name: `an access rule of a server that ${how} rejects the request`,
      run: async ({ world }) => {
        const { admit, observer } = new ServerProtection({
          accessRules: [fault as unknown as AccessRule<unknown>],
          maxConcurrency: 1,
        });
        const server = await world.serve(undefined, { admit, observers: [observer] });
        const { call } = world.govern({ resolver: staticResolver([server.address]) });
        await rejects(call({ text: 'a' }), /access could not be checked/);
        await rejects(call({ text: 'b' }), /access could not be checked/);
        equal(server.inFlightCount, 0);
      },
    },
  ]),
  ...(
    [
      ['throws', broken],
      ['returns a plain value', () => 'plain'],
    ] as const
  ).flatMap(([how, execute]): CallbackCase[] => [
    {
      name: `a middleware that ${how} settles the call`,
      run: async ({ world }) => {
        const { call } = world.govern({
          middlewares: [() => execute as never],
          policies: { retry: { type: 'mixed', delayMs: 1_000 }, circuitBreaker: {} },
        });
        const made = call({ text: 'a' }, { address: '127.0.0.1:1' });
        await (how === 'throws'
          ? rejects(made, /broken/)
          : made.then((value) => equal(value, 'plain')));
      },
    },
    {
      name: `a policy that ${how} settles the call`,
      run: async ({ world }) => {
        const policy = { execute } as unknown as AnyPolicy;
        const { call } = world.govern({ policies: { policies: [policy], circuitBreaker: {} } });
        const made = call({ text: 'a' }, { address: '127.0.0.1:1' });
        await (how === 'throws'
          ? rejects(made, /broken/)
          : made.then((value) => equal(value, 'plain')));
      },
    },
  ]),
  {
    name: 'a middleware that cannot be composed leaves no method without its policies',
    run: async () => {
      const governance = new ClientGovernance({ service: Echo, middlewares: [broken] });
      const send = () => Promise.resolve('past every policy');
      throws(() => governance.wrap(echo, send), /broken/);
      throws(() => governance.wrap(echo, send), /broken/);
    },
  },
  {
    name: 'limits of a configuration that are out of range leave the last good ones in force',
    run: async ({ warnings }) => {
      const changes: (() => void)[] = [];
      const source = {
        current: limited(3),
        onChange: (listener: () => void) => {
          changes.push(listener);
          return { dispose() {} };
        },
      };
      const protection = new ServerProtection();
      protection.follow(configuredServerLimits(source as never, 'Echo'));
      source.current = limited(-1);
      changes.forEach((change) => change());
      equal(protection.maxConnections, 3);
      await until(() => warnings.length === 1);
      source.current = limited(4);
      changes.forEach((change) => change());
      equal(protection.maxConnections, 4);
    },
  },
];

function limited(connection_limit: number): GovernanceConfig {
  return { services: { Echo: { limit: { connection_limit }, methods: {} } } };
}
