import type { Dialect } from './dialect.js';
import { grpcDialect } from './grpc-dialect.js';
import { nestTcpDialect } from './nest-tcp-dialect.js';
import type { StackName } from './stack.js';
import { thriftDialect } from './thrift-dialect.js';

const DIALECTS: Readonly<Record<StackName, Dialect>> = {
  'nestjs-thrift': thriftDialect,
  'npm thrift': thriftDialect,
  'Nest TCP': nestTcpDialect,
  'grpc-js': grpcDialect,
};

/** How messages of a stack look. */
export function dialectOf(stack: StackName): Dialect {
  return DIALECTS[stack];
}
