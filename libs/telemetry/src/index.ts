export { ThriftCallLog } from './logs/thrift-call-log.js';
export { ThriftCallLogModule } from './logs/thrift-call-log.module.js';
export {
  RuntimeWatch,
  type RuntimeWarning,
  type RuntimeWarningKind,
  type RuntimeWatchContext,
  type RuntimeWatchOptions,
} from './runtime/runtime-watch.js';
export { getCallTrace, type CallTrace } from './trace-of-call.js';

export type { CallLine, StreamFields } from './logs/call-line.js';
export type { CallLogLevel, CallLogLevels, ThriftCallLogOptions } from './logs/call-log-options.js';
export type { ServiceNames } from './service-names.js';
