import 'reflect-metadata';
import { jest } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { FILTER_CATCH_EXCEPTIONS } from '@nestjs/common/internal';
import type * as Codec from '@nestjs-thrift/codec';
import type * as CodecInternal from '@nestjs-thrift/codec/internal';
import type * as Governance from '@nestjs-thrift/governance';
import type * as PublicErrors from '../../libs/microservice/src/errors/public-error.js';
import type * as Transport from '@nestjs-thrift/transport';
import type * as TransportInternal from '@nestjs-thrift/transport/internal';
import { Echo, echoService } from '#test/echo-service.js';

type Copy = typeof Codec &
  typeof CodecInternal &
  typeof Transport &
  typeof TransportInternal &
  typeof Governance &
  typeof PublicErrors;
type ErrorClass = new (...args: never[]) => Error;

/** All packages with errors, loaded again: what an application gets that installs two versions of them. */
async function loadCopy(): Promise<Copy> {
  jest.resetModules();
  return {
    ...(await import('@nestjs-thrift/codec')),
    ...(await import('@nestjs-thrift/codec/internal')),
    ...(await import('@nestjs-thrift/transport')),
    ...(await import('@nestjs-thrift/transport/internal')),
    ...(await import('@nestjs-thrift/governance')),
    ...(await import('../../libs/microservice/src/errors/public-error.js')),
  };
}

const first = await loadCopy();
const second = await loadCopy();

/** An error of each class, with the classes it is an instance of. */
const CASES: readonly [name: string, make: (copy: Copy) => Error, ...bases: string[]][] = [
  ['ThriftRpcError', (copy) => new copy.ThriftRpcError('LISTEN_FAILED', 'm')],
  ['ProtocolError', (copy) => new copy.ProtocolError('TRUNCATED', 'm'), 'ThriftRpcError'],
  ['EncodeError', (copy) => new copy.EncodeError('INVALID_DATA', 'm'), 'ThriftRpcError'],
  ['ConnectError', (copy) => new copy.ConnectError('a:1', 'm'), 'ThriftRpcError'],
  ['RpcTimeoutError', (copy) => new copy.RpcTimeoutError(5, 'm'), 'ThriftRpcError'],
  ['CancelledError', (copy) => new copy.CancelledError('m'), 'ThriftRpcError'],
  ['ConnectionLostError', (copy) => new copy.ConnectionLostError('a:1', 'm'), 'ThriftRpcError'],
  ['PoolExhaustedError', (copy) => new copy.PoolExhaustedError('a:1', 'm'), 'ThriftRpcError'],
  ['ClientClosedError', (copy) => new copy.ClientClosedError('m'), 'ThriftRpcError'],
  ['LimitExceededError', (copy) => new copy.LimitExceededError('m'), 'ThriftRpcError'],
  ['AccessDeniedError', (copy) => new copy.AccessDeniedError('m'), 'ThriftRpcError'],
  ['RemoteError', (copy) => new copy.RemoteError(6, 'm'), 'ThriftRpcError'],
  [
    'CircuitBreakerOpenError',
    (copy) => new copy.CircuitBreakerOpenError('service', 'k'),
    'ThriftRpcError',
  ],
  ['NoInstanceError', (copy) => new copy.NoInstanceError('users', 'm'), 'ThriftRpcError'],
  ['RetryExhaustedError', (copy) => new copy.RetryExhaustedError(3, 'm'), 'ThriftRpcError'],
  ['GovernanceConfigError', (copy) => new copy.GovernanceConfigError('f', ['m']), 'ThriftRpcError'],
  ['BizStatusError', (copy) => new copy.BizStatusError(7, 'm')],
  ['ThriftException', (copy) => new (class extends copy.ThriftException {})('m')],
];

describe.each(CASES)('two copies of %s', (name, make, ...bases) => {
  const classOf = (copy: Copy, className = name) =>
    copy[className as keyof Copy] as unknown as ErrorClass;

  it('accept the errors of each other, and only theirs', () => {
    expect(classOf(first)).not.toBe(classOf(second));
    const error = make(first);
    const accepting = CASES.filter(([other]) => error instanceof classOf(second, other));
    expect(accepting.map(([other]) => other).sort()).toEqual([name, ...bases].sort());
    expect(new Error('m') instanceof classOf(second)).toBe(false);
  });

  it('let a subclass of a user accept its own errors alone', () => {
    class Mine extends (classOf(first) as new (...args: unknown[]) => Error) {}
    class Other extends (classOf(first) as new (...args: unknown[]) => Error) {}
    const mine = Object.create(Mine.prototype as object) as Error;
    expect(mine instanceof Mine).toBe(true);
    expect(mine instanceof classOf(second)).toBe(true);
    expect(mine instanceof Other).toBe(false);
    expect(make(first) instanceof Mine).toBe(false);
    expect(make(second) instanceof Mine).toBe(false);
  });

  it('name their errors by a literal', () => {
    class Minified extends (classOf(first) as new (...args: unknown[]) => Error) {}
    Object.defineProperty(Minified, 'name', { value: 's' });
    expect((Object.create(Minified.prototype as object) as Error).name).toBe(name);
    expect(make(first).name).toBe(name);
  });
});

it('a row of the table is found for an error of another copy', () => {
  expect(first.errorRow(new second.RpcTimeoutError(5, 'late'))).toEqual(
    second.ERROR_CODES.RPC_TIMEOUT,
  );
});

it('a business outcome of another copy stays one', () => {
  class UserNotFound extends second.ThriftException {}
  expect(first.isBusinessOutcome(new second.BizStatusError(7, 'no such user'))).toBe(true);
  expect(first.isBusinessOutcome(new UserNotFound('no such user'))).toBe(true);
});

/** Whether Nest gives an error to the filter of the first copy. */
function isTaken(error: unknown): boolean {
  const types = Reflect.getMetadata(FILTER_CATCH_EXCEPTIONS, first.PublicErrorFilter) as Type[];
  return types.some((type) => error instanceof type);
}

describe('PublicErrorFilter of one copy, with errors of another', () => {
  it.each([
    new second.BizStatusError(7, 'no such user'),
    new second.LimitExceededError('too many'),
    new second.AccessDeniedError('no'),
  ])('accepts %p', (error) => {
    expect(isTaken(error)).toBe(true);
  });

  it('accepts an exception that a service declares', () => {
    class UserNotFound extends second.ThriftException {}
    const error = new UserNotFound('no such user');
    expect(isTaken(error)).toBe(false);

    const { echo } = Echo.methods;
    const methods = { echo: { ...echo!, exceptions: [{ field: 'missing', type: UserNotFound }] } };
    first.knowExceptionsOf({ ...Echo, methods } as Codec.ServiceDefinition);
    expect(isTaken(error)).toBe(true);
  });

  it.each([
    new second.RemoteError(6, 'secret'),
    new second.RpcTimeoutError(5, 'late'),
    new second.ThriftRpcError('LISTEN_FAILED', 'm'),
  ])('refuses %p', (error) => {
    expect(isTaken(error)).toBe(false);
  });
});

it('keys of two copies never share a place in a context', () => {
  const [ofFirst, ofSecond] = [
    new first.ContextKey<string>('a'),
    new second.ContextKey<string>('a'),
  ];
  const context = new first.CallContext();
  context.set(ofFirst, 'first');
  context.set(ofSecond, 'second');
  expect(context.get(ofFirst)).toBe('first');
});

it.each([undefined, null, 'text', 7, {}, () => {}])(
  '%p is not an error of this library',
  (value) => {
    expect(value instanceof first.ThriftRpcError).toBe(false);
    expect(value instanceof first.BizStatusError).toBe(false);
  },
);

it('a server answers errors of another copy as its own', async () => {
  const errors = [
    new second.BizStatusError(7, 'no such user'),
    new second.LimitExceededError('too many'),
    new second.RemoteError(1000, 'custom'),
  ];
  const service = echoService({
    echo: () => {
      throw errors.shift()!;
    },
  });
  const server = new first.ServerTransport([service], { host: '127.0.0.1', port: 0 });
  await server.listen();
  const transport = new second.ClientTransport();
  const send = (call: Transport.OutgoingCall) =>
    transport.call({ ...call, address: server.address });
  const invoke = second.createMethodInvoker(Echo, Echo.methods['echo']!, send);
  try {
    await expect(invoke({ text: '' })).rejects.toMatchObject({ statusCode: 7 });
    await expect(invoke({ text: '' })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    await expect(invoke({ text: '' })).rejects.toMatchObject({ type: 1000, message: 'custom' });
  } finally {
    transport.destroy();
    await server.close({ drainTimeoutMs: 0 });
  }
});
