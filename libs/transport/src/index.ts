// Wire: messages and what is around them.
export { FrameWriter, hasHeader } from './wire/frame-writer.js';
export { HeaderInfo } from './wire/header-info.js';
export { IntKey, StringKey } from './wire/header-keys.js';
export { HeaderTemplate, type HeaderFields } from './wire/header-sections.js';
export { DEFAULT_MAX_FRAME_BYTES, MessageReader } from './wire/message-reader.js';
export { ReceivedMessage } from './wire/received-message.js';
export { SocketWriter } from './wire/socket-writer.js';
export type { ProtocolName, TransportName } from './wire/transport-names.js';

// Time: every deadline of the process on one timer.
export { TimerWheel, timerWheel, WheelTimer } from './timer/timer-wheel.js';
