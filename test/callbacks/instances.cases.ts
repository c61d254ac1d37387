import { deepEqual, equal, match, ok, rejects, throws } from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  consistentHash,
  Failover,
  fileResolver,
  pollingResolver,
  slowStart,
  staticResolver,
  type Balancer,
  type Instance,
  type InstanceListener,
  type Resolver,
} from '@nestjs-thrift/governance';
import { CallbackError } from '@nestjs-thrift/transport';
import { refusingAddress } from '#test/ports.js';
import { toInstance } from '@nestjs-thrift/governance/internal';
import { until } from '#test/until.js';
import { broken, type CallbackCase, FAULTS } from './support/case-runner.js';

/** Picks the first instance, except where a test has it fail. */
function balancer(pick: (all: readonly Instance[]) => Instance, release?: () => void): Balancer {
  return {
    name: 'own',
    createPicker: (all) => ({
      size: all.length,
      pick: () => pick(all),
      ...(release && { release }),
    }),
  };
}

/** Reports scripted instances when the test requests it. */
function manual(close: () => void = () => {}): {
  readonly resolver: Resolver;
  readonly listener: () => InstanceListener;
} {
  let heard: InstanceListener | undefined;
  const resolver: Resolver = {
    name: 'manual',
    watch: (_service, listener) => {
      heard = listener;
      return { close };
    },
  };
  return { resolver, listener: () => heard! };
}

/** Lists that no resolver may report. */
const unusable = [undefined, 'a:1', [undefined], [{ address: 'a:1' }]] as unknown as Instance[][];

const wrappers: readonly (readonly [string, (resolver: Resolver) => Resolver])[] = [
  ['a resolver', (resolver) => resolver],
  ['a resolver under slowStart', (resolver) => slowStart(resolver)],
  [
    'a primary resolver of a failover',
    (primary) => new Failover({ primary, backup: staticResolver(['b:1']) }).resolver,
  ],
];

/** Functions of the application that throw: instances. */
export const instancesCases: readonly CallbackCase[] = [
  ...FAULTS.flatMap(([how, fault]): CallbackCase[] => [
    {
      name: `pick of a balancer that ${how} fails the call`,
      run: async ({ world }) => {
        const server = await world.serve();
        const { call, governance } = world.govern({
          resolver: staticResolver([server.address]),
          balancer: balancer(fault),
          policies: { circuitBreaker: { minSamples: 1, errorRate: 0.1 } },
        });
        await rejects(call({ text: 'a' }), (error) => {
          ok(error instanceof CallbackError);
          equal(error.option, 'balancer');
          match(error.message, /balancer of Echo\.echo failed/);
          return true;
        });
        deepEqual(
          governance.breakers().map(({ state }) => state),
          ['closed'],
        );
      },
    },
    {
      name: `pick of a balancer that ${how} after an instance was unreachable fails the call`,
      run: async ({ world }) => {
        const refusing = await refusingAddress();
        let picks = 0;
        const { call } = world.govern({
          resolver: staticResolver([refusing, 'b:1']),
          balancer: balancer(([first]) => (picks++ === 0 ? first! : fault())),
        });
        await rejects(call({ text: 'a' }), (error) => {
          ok(error instanceof CallbackError);
          match(String(error.callError), /ECONNREFUSED/);
          return true;
        });
      },
    },
    {
      name: `release of a balancer that ${how} does not change the result`,
      run: async ({ world, warnings }) => {
        const server = await world.serve();
        const { call } = world.govern({
          resolver: staticResolver([server.address]),
          balancer: balancer(([first]) => first!, fault),
        });
        equal(await call({ text: 'a' }), 'a');
        await sleep(5);
        ok(warnings.length <= 1);
      },
    },
    {
      name: `key of a consistent hash that ${how} fails the call`,
      run: async ({ world }) => {
        const server = await world.serve();
        const { call } = world.govern({
          resolver: staticResolver([server.address]),
          balancer: consistentHash({ key: fault }),
        });
        await rejects(call({ text: 'a' }), {
          code: 'CALLBACK_FAILED',
          option: 'consistentHash.key',
        });
      },
    },
    {
      name: `createPicker of a balancer that ${how} keeps the last good instances`,
      run: async ({ world }) => {
        const server = await world.serve();
        let isBroken = false;
        const { resolver, listener } = manual();
        const own = balancer(([first]) => first!);
        const { call, governance, events } = world.govern({
          resolver,
          balancer: {
            name: 'own',
            createPicker: (all) => (isBroken ? fault() : own.createPicker(all)),
          },
        });
        listener().update([toInstance(server.address)]);
        isBroken = true;
        listener().update([toInstance('a:1')]);
        equal(await call({ text: 'a' }), 'a');
        deepEqual(
          governance.instances.map(({ address }) => address),
          [server.address],
        );
        deepEqual(
          events.map(({ type }) => type),
          ['instances', 'resolve_failed'],
        );
      },
    },
    {
      name: `close of a resolver that ${how} lets the client close`,
      run: async ({ world, warnings }) => {
        const { governance, transport } = world.govern({ resolver: manual(fault).resolver });
        const made = governance.ready(5_000);
        governance.close();
        await rejects(made, /its client is closed/);
        await transport.close();
        await until(() => warnings.length === 1);
        match(warnings[0]!, /close of the resolver manual threw/);
      },
    },
    {
      name: `find of a polling resolver that ${how} is a failed look-up`,
      run: async ({ world }) => {
        const { governance, events } = world.govern({
          resolver: pollingResolver('own', fault as never),
        });
        await until(() => events.length > 0);
        equal(events[0]!.type, 'resolve_failed');
        governance.close();
      },
    },
    {
      name: `check of a failover that ${how} takes the instance out`,
      run: async ({ world }) => {
        const failover = new Failover({
          primary: staticResolver(['a:1']),
          backup: staticResolver(['b:1']),
          check: fault as never,
          intervalMs: 5,
        });
        failover.onChange(fault);
        const { governance } = world.govern({ resolver: failover.resolver });
        await until(() => governance.instances[0]?.address === 'b:1');
      },
    },
  ]),
  ...wrappers.map(([what, wrap]): CallbackCase => ({
    name: `${what} that reports what is not a list of instances is a failed look-up`,
    run: async ({ world }) => {
      const { resolver, listener } = manual();
      const { governance, events } = world.govern({ resolver: wrap(resolver) });
      listener().update([toInstance('a:1')]);
      for (const list of unusable) {
        listener().update(list);
      }
      listener().fail(undefined as never);
      deepEqual(
        governance.instances.map(({ address }) => address),
        ['a:1'],
      );
      deepEqual(
        events.map(({ type }) => type),
        ['instances', ...Array<string>(5).fill('resolve_failed')],
      );
    },
  })),
  {
    name: 'a file that cannot be watched is a failed look-up',
    run: async ({ world }) => {
      const resolver = fileResolver(join(tmpdir(), 'x'.repeat(300), 'endpoints.yaml'));
      const { governance, events } = world.govern({ resolver });
      await until(() => events.length > 0);
      equal(events[0]!.type, 'resolve_failed');
      governance.close();
    },
  },
  {
    name: 'watch of a resolver that throws keeps the client from being made',
    run: async ({ world }) => {
      throws(() => world.govern({ resolver: { name: 'own', watch: broken } }), /broken/);
    },
  },
];
