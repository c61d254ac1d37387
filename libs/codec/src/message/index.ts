export { applicationExceptionCodec, type ApplicationException } from './application-exception.js';
export { readBinaryMessageBegin, writeBinaryMessageBegin } from './binary-envelope.js';
export { BinaryScanner } from './binary-scanner.js';
export {
  COMPACT_PROTOCOL_ID,
  readCompactMessageBegin,
  writeCompactMessageBegin,
} from './compact-envelope.js';
export { CompactScanner } from './compact-scanner.js';
export { MessageHeader } from './binary-envelope.js';
export { internedName, MessageName } from './interned-name.js';
export { MessageScanner } from './message-scanner.js';
export { MessageType } from './binary-envelope.js';
