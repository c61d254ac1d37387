import { ThriftException, ThriftRpcError } from '@nestjs-thrift/codec';
import { BizStatusError } from '@nestjs-thrift/transport';

/** The name errors are counted by. @throws what is no failure of a call. */
export function failureClass(error: unknown): string {
  if (error instanceof BizStatusError) return `business status ${error.statusCode}`;
  if (error instanceof ThriftException) return error.name;
  if (error instanceof ThriftRpcError) return error.code;
  throw error;
}
