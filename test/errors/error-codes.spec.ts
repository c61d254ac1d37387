import {
  EncodeError,
  ERROR_CODES,
  ProtocolError,
  type ThriftErrorCode,
  ThriftRpcError,
} from '@nestjs-thrift/codec';
import { type ErrorCodeRow, errorRow } from '@nestjs-thrift/codec/internal';
import {
  CircuitBreakerOpenError,
  GovernanceConfigError,
  NoInstanceError,
  RetryExhaustedError,
} from '@nestjs-thrift/governance';
import { IdlError, LintConfigError } from '@nestjs-thrift/idl';
import {
  AccessDeniedError,
  CallbackError,
  CancelledError,
  ClientClosedError,
  ConnectError,
  ConnectionLostError,
  LimitExceededError,
  PoolExhaustedError,
  RemoteError,
  RpcTimeoutError,
} from '@nestjs-thrift/transport';

/** An error of each class that has a code. The type checker compares the codes with the table, those of idl too. */
const ERRORS: readonly (Error & { readonly code: ThriftErrorCode })[] = [
  new AccessDeniedError('m'),
  new CallbackError('retryError', 'Echo.echo', new Error('m')),
  new CancelledError('m'),
  new CircuitBreakerOpenError('service', 'k'),
  new ClientClosedError('m'),
  new ConnectError('a:1', 'm'),
  new ConnectionLostError('a:1', 'm'),
  new EncodeError('INVALID_DATA', 'm'),
  new GovernanceConfigError('file', ['m']),
  new IdlError([]),
  new LimitExceededError('m'),
  new LintConfigError(['m']),
  new NoInstanceError('users', 'm'),
  new PoolExhaustedError('a:1', 'm'),
  new ProtocolError('DECODE_LIMIT', 'm'),
  new ProtocolError('TRUNCATED', 'm'),
  new RemoteError(6, 'm'),
  new RetryExhaustedError(3, 'm'),
  new RpcTimeoutError(5, 'm'),
  new ThriftRpcError('LISTEN_FAILED', 'm'),
  new ThriftRpcError('MESSAGE_TOO_LARGE', 'm'),
  new ThriftRpcError('NOT_SENT', 'm'),
  new ThriftRpcError('NOT_SUPPORTED', 'm'),
];

const rows = Object.entries(ERROR_CODES) as [ThriftErrorCode, ErrorCodeRow][];

describe('ERROR_CODES', () => {
  it('has the class of every code that is raised', () => {
    const named = rows.filter(([, row]) => row.class !== undefined);
    const expected = Object.fromEntries(named.map(([code, row]) => [code, row.class]));
    expect(Object.fromEntries(ERRORS.map(({ code, name }) => [code, name]))).toEqual(expected);
  });

  it.each(rows)('describes %s in a sentence', (_code, row) => {
    expect(row.doc).toMatch(/^[A-Z].*\.$/);
  });

  it('does not retry a request that may have run by default, unless the method is idempotent', () => {
    const unsafe = rows.filter(
      ([, { carriedOut, retry }]) =>
        carriedOut === 'unknown' && (retry === 'always' || retry === 'on-another-instance'),
    );
    expect(unsafe).toEqual([]);
  });

  it('keeps the faults of this process out of both breakers', () => {
    expect(ERROR_CODES.ENCODE_FAILED).toMatchObject({ service: 'ignored', instance: 'ignored' });
    expect(ERROR_CODES.CANCELLED).toMatchObject({ service: 'ignored', instance: 'ignored' });
    expect(ERROR_CODES.LIMIT_EXCEEDED).toMatchObject({ service: 'ignored', instance: 'success' });
  });
});

describe('errorRow', () => {
  it('finds the row of an error', () => {
    expect(errorRow(new ConnectError('a:1', 'm'))).toBe(ERROR_CODES.CONNECT_FAILED);
  });

  it.each([
    ['an error of another library', new TypeError('m')],
    ['an object with a code', { code: 'RPC_TIMEOUT' }],
    ['a code of a later version', new ThriftRpcError('LATER' as ThriftErrorCode, 'm')],
    ['a member of Object', new ThriftRpcError('constructor' as ThriftErrorCode, 'm')],
  ])('finds none for %s', (_name, error) => {
    expect(errorRow(error)).toBeUndefined();
  });
});
