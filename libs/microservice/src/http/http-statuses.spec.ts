import {
  EncodeError,
  ProtocolError,
  type ThriftErrorCode,
  ThriftException,
  ThriftRpcError,
} from '@nestjs-thrift/codec';
import {
  AccessDeniedError,
  BizStatusError,
  CancelledError,
  ClientClosedError,
  ConnectError,
  ConnectionLostError,
  LimitExceededError,
  PoolExhaustedError,
  RemoteError,
  RpcTimeoutError,
} from '@nestjs-thrift/transport';
import { httpStatusOf } from './http-statuses.js';

class UserNotFound extends ThriftException {
  override readonly name = 'UserNotFound';
}

describe('httpStatusOf', () => {
  it.each([
    ['a declared exception', new UserNotFound(), 422],
    ['a business status', new BizStatusError(1002, 'no'), 422],
    ['AccessDeniedError', new AccessDeniedError('no'), 403],
    ['LimitExceededError', new LimitExceededError('no'), 429],
    ['CancelledError', new CancelledError('no'), 499],
    ['ConnectError', new ConnectError('a:1', 'no'), 503],
    ['ConnectionLostError', new ConnectionLostError('a:1', 'no'), 502],
    ['PoolExhaustedError', new PoolExhaustedError('a:1', 'no'), 503],
    ['ClientClosedError', new ClientClosedError('no'), 503],
    ['RpcTimeoutError', new RpcTimeoutError(3, 'no'), 504],
    ['EncodeError', new EncodeError('INVALID_DATA', 'no'), 500],
    ['ProtocolError', new ProtocolError('INVALID_DATA', 'no'), 502],
    ['RemoteError', new RemoteError(6, 'no'), 502],
    ['a code of tomorrow', new ThriftRpcError('SOMETHING_NEW' as ThriftErrorCode, 'no'), 502],
  ])('knows the status of %s', (_name, error, status) => {
    expect(httpStatusOf(error)).toBe(status);
  });

  it('follows the statuses of the application', () => {
    const statuses = { UserNotFound: 404, 1002: 400, RPC_TIMEOUT: 503 };
    expect(httpStatusOf(new UserNotFound(), statuses)).toBe(404);
    expect(httpStatusOf(new BizStatusError(1002, 'no'), statuses)).toBe(400);
    expect(httpStatusOf(new BizStatusError(1003, 'no'), statuses)).toBe(422);
    expect(httpStatusOf(new RpcTimeoutError(3, 'no'), statuses)).toBe(503);
  });
});
