import { ThriftException, ThriftRpcError } from '@nestjs-thrift/codec';
import { errorRow } from '@nestjs-thrift/codec/internal';
import { BizStatusError } from '@nestjs-thrift/transport';

/** HTTP statuses by name of a declared exception in the IDL, by code of a business status, or by code of a ThriftRpcError. */
export type HttpStatuses = Readonly<Record<string | number, number>>;

/** Token to provide {@link HttpStatuses} under, for all filters of an application. */
export const THRIFT_HTTP_STATUSES = Symbol('THRIFT_HTTP_STATUSES');

/** The answer of a service that refused the request: it was understood, and the outcome is no. */
const REFUSED = 422;

/** For an error of a code that this version does not know. */
const BAD_GATEWAY = 502;

/** The HTTP status of an error a Thrift client rejected with. */
export function httpStatusOf(error: Error, statuses: HttpStatuses = {}): number {
  if (error instanceof BizStatusError) {
    return statuses[error.statusCode] ?? REFUSED;
  }
  if (error instanceof ThriftException) {
    return statuses[error.name] ?? REFUSED;
  }
  const own = error instanceof ThriftRpcError ? statuses[error.code] : undefined;
  return own ?? errorRow(error)?.http ?? BAD_GATEWAY;
}
