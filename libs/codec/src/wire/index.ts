// For tools and tests that handle messages themselves. Unstable: names and signatures follow the wire code.
export { COMPILE_TIMES, compileCodecs, type CompileTime } from '../descriptor/compile-codecs.js';
export { ReadBuffer, DEFAULT_MAX_DECODED_BYTES, DEFAULT_MAX_DEPTH } from '../buffer/read-buffer.js';
export { WriteBuffer } from '../buffer/write-buffer.js';
export {
  applicationExceptionCodec,
  BinaryScanner,
  COMPACT_PROTOCOL_ID,
  CompactScanner,
  MessageHeader,
  internedName,
  MessageName,
  MessageType,
  readBinaryMessageBegin,
  readCompactMessageBegin,
  writeBinaryMessageBegin,
  writeCompactMessageBegin,
  type ApplicationException,
  type MessageScanner,
} from '../message/index.js';
export { PROTOCOLS, type Protocol } from '../protocol/protocol.js';
