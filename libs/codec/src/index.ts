export { ReadBuffer, DEFAULT_MAX_DEPTH } from './buffer/read-buffer.js';
export { WriteBuffer } from './buffer/write-buffer.js';
export type { StructCodec } from './definition/service-definition.js';
export type {
  DeclaredException,
  FieldValues,
  MethodDefinition,
  ServiceDefinition,
} from './definition/service-definition.js';
export { ProtocolError, type ProtocolErrorReason } from './errors/protocol.error.js';
export { ThriftException } from './errors/thrift-exception.js';
export { ThriftRpcError } from './errors/thrift-rpc.error.js';
export { requireProtocol } from './runtime/missing-protocol.js';
export {
  applicationExceptionCodec,
  BinaryScanner,
  COMPACT_PROTOCOL_ID,
  CompactScanner,
  MessageHeader,
  MessageName,
  MessageType,
  readBinaryMessageBegin,
  readCompactMessageBegin,
  writeBinaryMessageBegin,
  writeCompactMessageBegin,
  type ApplicationException,
  type MessageScanner,
} from './message/index.js';
