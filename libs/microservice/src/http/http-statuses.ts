import { ThriftException, ThriftRpcError } from '@nestjs-thrift/codec';
import { BizStatusError } from '@nestjs-thrift/transport';

/** HTTP statuses by class name of a declared exception, by code of a business status, or by code of a ThriftRpcError. */
export type HttpStatuses = Readonly<Record<string | number, number>>;

/** Token to provide {@link HttpStatuses} under, for all filters of an application. */
export const THRIFT_HTTP_STATUSES = Symbol('THRIFT_HTTP_STATUSES');

/** The answer of a service that refused the request: it was understood, and the outcome is no. */
const REFUSED = 422;

/** A call that failed for a reason not in the table, in the eyes of a gateway. */
const BAD_GATEWAY = 502;

const RPC_STATUSES: HttpStatuses = {
  FORBIDDEN: 403,
  OVER_LIMIT: 429,
  CANCELLED: 499,
  CONNECT_FAILED: 503,
  CONNECTION_LOST: 502,
  POOL_EXHAUSTED: 503,
  CIRCUIT_OPEN: 503,
  NO_INSTANCE: 503,
  CLOSED: 503,
  RPC_TIMEOUT: 504,
  RETRY_EXHAUSTED: 504,
};

/** The HTTP status of an error a Thrift client rejected with. */
export function httpStatusOf(error: Error, statuses: HttpStatuses = {}): number {
  if (error instanceof BizStatusError) return statuses[error.statusCode] ?? REFUSED;
  if (error instanceof ThriftException) return statuses[error.name] ?? REFUSED;
  if (error instanceof ThriftRpcError) {
    return statuses[error.code] ?? RPC_STATUSES[error.code] ?? BAD_GATEWAY;
  }
  return BAD_GATEWAY;
}
