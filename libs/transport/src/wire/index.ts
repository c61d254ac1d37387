// For tools and tests that handle messages themselves. Unstable: names and signatures follow the wire code.
export { FrameWriter } from './framing/frame-writer.js';
export { FRAMINGS, type Framing } from './framing/framing.js';
export { UnexpectedStreamFrame } from './framing/sniff.js';
export { readBizStatus } from './ttheader/biz-status.js';
export { readPersistent, readTransient } from './ttheader/metainfo.js';
export { HeaderInfo } from './ttheader/header-info.js';
export { IntKey, StringKey } from './ttheader/header-keys.js';
export { HeaderTemplate, type HeaderFields } from './ttheader/header-sections.js';
export { DEFAULT_MAX_FRAME_BYTES, MessageReader } from './message-reader.js';
export { ReceivedMessage } from './received-message.js';
export { SocketWriter } from './socket-writer.js';
export { FrameType, type FrameTypeNumber, type StreamFrame } from './streaming/stream-frame.js';
export { StreamFrameReader } from './streaming/stream-frame-reader.js';
export { readException } from './streaming/stream-exception.js';
