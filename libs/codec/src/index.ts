export type {
  DeclaredException,
  MethodDefinition,
  ProtocolName,
  RequestMethod,
  ServiceDefinition,
  StreamMethod,
  StructCodec,
  UnaryMethod,
} from './definition/service-definition.js';
export { EncodeError } from './errors/encode.error.js';
export { ERROR_CODES, type ThriftErrorCode } from './errors/error-codes.js';
export { ProtocolError, type ProtocolErrorReason } from './errors/protocol.error.js';
export { ThriftException } from './errors/thrift-exception.js';
export { ThriftRpcError } from './errors/thrift-rpc.error.js';
