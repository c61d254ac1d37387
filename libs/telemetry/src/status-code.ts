import { ThriftException, ThriftRpcError } from '@nestjs-thrift/codec';
import { BizStatusError, RemoteError } from '@nestjs-thrift/transport';

/**
 * The status of a call that did not end with a result, for `rpc.status_code`: the code of a business status, the name of a declared
 * exception, the type of an application exception, or the code of an error that client or server made.
 */
export function statusCode(error: unknown): string | undefined {
  if (error instanceof BizStatusError) {
    return String(error.statusCode);
  }
  if (error instanceof ThriftException) {
    return error.name;
  }
  if (error instanceof RemoteError) {
    return String(error.type);
  }
  return error instanceof ThriftRpcError ? error.code : undefined;
}
