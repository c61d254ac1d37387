import { deepEqual, equal, match, notEqual, ok, rejects } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CallbackError,
  ClientTransport,
  ConnectError,
  RemoteError,
  type TransportObserver,
} from '@nestjs-thrift/transport';
import { Echo } from '#test/echo-service.js';
import { authority, serverCertificate } from '#test/certificates.js';
import { refusingAddress } from '#test/ports.js';
import { createMethodInvoker } from '@nestjs-thrift/transport/internal';
import { until } from '#test/until.js';
import { echo } from './support/case-world.js';
import { broken, type CallbackCase, type Fault, FAULTS } from './support/case-runner.js';

/** What an observer throws reaches neither the call nor the process, and is reported once. */
function ofObservers(): CallbackCase[] {
  const methods = ['connectionOpened', 'connectionClosed', 'callStarted', 'callFinished'] as const;
  const served = [
    'connectionOpened',
    'requestStarted',
    'requestFinished',
    'connectionClosed',
  ] as const;
  return FAULTS.flatMap(([how, fault]) => [
    ...(methods.map((method) => ({
      name: `${method} of a client's observer that ${how} changes no call`,
      run: async ({ world, warnings }) => {
        const server = await world.serve();
        const { call, transport } = world.govern({}, { observers: [observer(method, fault)] });
        equal(await call({ text: 'a' }, { address: server.address }), 'a');
        equal(await call({ text: 'b' }, { address: server.address }), 'b');
        await transport.close();
        await until(() => warnings.length > 0);
        equal(warnings.length, 1);
        match(warnings[0]!, /^a TransportObserver threw: .*callback is broken/);
      },
    })) satisfies CallbackCase[]),
    ...(served.map((method) => ({
      name: `${method} of a server's observer that ${how} changes no request`,
      run: async ({ world, warnings }) => {
        const server = await world.serve(undefined, { observers: [observer(method, fault)] });
        const { call, transport } = world.govern({});
        equal(await call({ text: 'a' }, { address: server.address }), 'a');
        await transport.close();
        await until(() => warnings.length > 0);
        equal(server.inFlightCount, 0);
      },
    })) satisfies CallbackCase[]),
  ]);
}

function observer(method: keyof TransportObserver, fault: Fault): TransportObserver {
  return { [method]: fault };
}

/** Whatever an observer does around the handler, that runs once and its outcome counts. */
const around: readonly (readonly [string, TransportObserver['aroundHandler']])[] = [
  ['throws before the handler', broken],
  [
    'throws after the handler',
    (_call, _state, next) => {
      next();
      return broken();
    },
  ],
  ['does not run the handler', (() => undefined) as never],
  [
    'runs the handler twice',
    (_call, _state, next) => {
      next();
      return next();
    },
  ],
  [
    'rejects',
    (async (_call: unknown, _state: unknown, next: () => unknown) => {
      await next();
      return broken();
    }) as never,
  ],
  [
    'returns a promise derived from the one of the handler',
    ((_call: unknown, _state: unknown, next: () => Promise<unknown>) =>
      next().finally(() => {})) as never,
  ],
];

/** Functions of the application that throw: transport. */
export const transportCases: readonly CallbackCase[] = [
  ...ofObservers(),
  ...around.map(([how, aroundHandler]): CallbackCase => ({
    name: `aroundHandler that ${how} changes no request`,
    run: async ({ world }) => {
      let served = 0;
      const observers = [
        { aroundHandler },
        { aroundHandler: (_c, _s, next) => next() } as TransportObserver,
      ];
      const server = await world.serve(
        async ({ text }) => {
          served += 1;
          if (text === 'fail') {
            throw new RemoteError(6, 'as the handler says');
          }
          return text;
        },
        { observers },
      );
      const { call } = world.govern({});
      equal(await call({ text: 'a' }, { address: server.address }), 'a');
      equal(served, 1);
      await rejects(call({ text: 'fail' }, { address: server.address }), /as the handler says/);
      equal(served, 2);
      equal(server.inFlightCount, 0);
    },
  })),
  ...FAULTS.map(([how, fault]): CallbackCase => ({
    name: `connectionFailed of an observer that ${how} changes no call`,
    run: async ({ world, warnings }) => {
      const { call } = world.govern({}, { observers: [{ connectionFailed: fault }] });
      await rejects(call({ text: 'a' }, { address: await refusingAddress() }), ConnectError);
      await until(() => warnings.length === 1);
    },
  })),
  ...FAULTS.map(([how, fault]): CallbackCase => ({
    name: `onBackwardMetadata that ${how} does not change the result`,
    run: async ({ world, warnings }) => {
      const server = await world.serve();
      const { call } = world.govern({});
      const options = { address: server.address, onBackwardMetadata: fault };
      equal(await call({ text: 'a' }, options), 'a');
      equal(await call({ text: 'b' }, options), 'b');
      await sleep(10);
      ok(warnings.length <= 1);
    },
  })),
  ...FAULTS.map(([how, fault]): CallbackCase => ({
    name: `admit that ${how} fails the request and no other`,
    run: async ({ world }) => {
      const errors: unknown[] = [];
      let healthy = false;
      const server = await world.serve(undefined, {
        admit: () => (healthy ? undefined : fault()),
        onHandlerError: (error) => errors.push(error),
      });
      const { call } = world.govern({});
      const options = { address: server.address };
      await rejects(call({ text: 'a' }, options), new RemoteError(6, 'internal error'));
      const [error] = errors as CallbackError[];
      ok(error instanceof CallbackError);
      equal(error.option, 'admit');
      match(error.message, /admit of Echo\.echo failed/);
      healthy = true;
      equal(await call({ text: 'b' }, options), 'b');
      equal(server.connectionCount, 1);
      equal(server.inFlightCount, 0);
    },
  })),
  ...FAULTS.map(([how, fault]): CallbackCase => ({
    name: `onHandlerError that ${how} leaves the answer and the connection alone`,
    run: async ({ world, warnings }) => {
      const server = await world.serve(broken, { onHandlerError: fault });
      const { call } = world.govern({});
      for (const text of ['a', 'b', 'c']) {
        await rejects(call({ text }, { address: server.address }), /internal error/);
      }
      await until(() => warnings.length > 0);
      equal(warnings.length, 1);
      match(warnings[0]!, /^onHandlerError/);
      equal(server.connectionCount, 1);
    },
  })),
  ...FAULTS.map(([how, fault]): CallbackCase => ({
    name: `onAbort that ${how} lets the server close`,
    run: async ({ world }) => {
      const server = await world.serve(() => new Promise(() => {}));
      const { call } = world.govern({});
      const answer = call({ text: 'a' }, { address: server.address }).catch(() => {});
      await until(() => server.inFlightCount === 1);
      await server.close({ drainTimeoutMs: 1, onAbort: fault });
      equal(server.state, 'closed');
      equal(server.connectionCount, 0);
      await answer;
    },
  })),
  ...FAULTS.map(([how, fault]): CallbackCase => ({
    name: `nextEndpoint that ${how} rejects the call`,
    run: async ({ world }) => {
      const transport = new ClientTransport();
      world.onClose(() => transport.close());
      const invoke = createMethodInvoker(Echo, echo, (call) => transport.call(call), {
        nextEndpoint: fault,
      });
      const made = invoke({ text: 'a' });
      await rejects(made, { option: 'nextEndpoint' });
    },
  })),
  {
    name: 'checkServerIdentity that throws fails the connection',
    run: async ({ world }) => {
      const server = await world.serve(undefined, { tls: { ...serverCertificate } });
      const { call } = world.govern({}, { tls: { ca: authority, checkServerIdentity: broken } });
      await rejects(call({ text: 'a' }, { address: server.address }), (error) => {
        ok(error instanceof ConnectError);
        match(error.message, /tls\.checkServerIdentity threw: TypeError: the callback is broken/);
        return true;
      });
    },
  },
  ...handlerFaults(),
  {
    name: 'arguments with a getter that throws fail that call',
    run: async ({ world }) => {
      const server = await world.serve();
      const { call, transport } = world.govern({});
      const args = {
        get text(): string {
          throw Object.create(null);
        },
      };
      await rejects(call(args, { address: server.address }), { code: 'ENCODE_FAILED' });
      equal(await call({ text: 'b' }, { address: server.address }), 'b');
      deepEqual(
        [...transport.stats().values()].map(({ active }) => active),
        [0],
      );
    },
  },
];

/** What a handler may throw or return without taking its connection or the process with it. */
function handlerFaults(): CallbackCase[] {
  const strange: readonly (readonly [string, () => unknown])[] = [
    ['throws an object without a prototype', () => thrown(Object.create(null))],
    [
      'throws a RemoteError with a type that is no number',
      () => thrown(new RemoteError('six' as never, 'x')),
    ],
    [
      'throws a RemoteError without a text',
      () => thrown(Object.assign(new RemoteError(6, 'x'), { message: 7 })),
    ],
    ['returns a thenable that throws', () => thenable({ value: broken })],
    ['returns a thenable that settles twice', () => thenable({ value: settlesTwice })],
    ['returns a value whose member then throws', () => thenable({ get: broken })],
  ];
  return strange.flatMap(([how, handler]) =>
    [false, true].map((isAsync): CallbackCase => ({
      name: `a handler that ${how}${isAsync ? ', later,' : ''} answers and frees its slot`,
      run: async ({ world }) => {
        const server = await world.serve(isAsync ? async () => handler() : handler, {
          exposeErrors: true,
        });
        const { call } = world.govern({});
        const ended = await call({ text: 'a' }, { address: server.address, timeoutMs: 1_000 }).then(
          () => 'result',
          (error: { code: string }) => error.code,
        );
        notEqual(ended, 'RPC_TIMEOUT');
        notEqual(ended, 'CONNECTION_LOST');
        equal(server.inFlightCount, 0);
        equal(server.connectionCount, 1);
      },
    })),
  );
}

function settlesTwice(done: (value: string) => void, fail: () => void): void {
  done('a');
  done('b');
  fail();
}

function thenable(then: PropertyDescriptor): object {
  // oxlint-disable-next-line unicorn/no-thenable -- libraries have objects that only behave like promises
  return Object.defineProperty({}, 'then', then);
}

function thrown(value: unknown): never {
  throw value;
}
