// For the packages of this project alone: undocumented, changed without notice.
export type { AbortedCalls } from '../server/method-router.js';
export { TimerWheel, timerWheel, WheelTimer } from '../timer/timer-wheel.js';
export { isRequestMethod, requestMethod, returnsValue } from '../call/request-method.js';
export { createCall } from '../call/outgoing-call.js';
export { isDefinition, shownService } from '../call/require-definition.js';
export { callStorage, inheritedMetadata, servedCall } from '../call/current-call.js';
export { comparableKey, findRequestId, findValue, REQUEST_ID_KEY } from '../call/metadata-keys.js';
export { HandlerMessages, isMessages, ReceivedStream } from '../stream/messages.js';
export {
  createStreamInvoker,
  STREAM,
  type StreamInvoker,
  type StreamTimes,
} from '../stream/stream-invoker.js';
export { MessageQueue } from '../stream/message-queue.js';
export type { OutgoingStream } from '../stream/outgoing-stream.js';
export type { Cancellation, StreamCarrier } from '../stream/stream-carrier.js';
export { createTypedClient } from '../client/typed-client.js';
export {
  createMethodInvoker,
  type InvokerDefaults,
  type MethodInvoker,
} from '../client/method-invoker.js';
export { isRejection } from '../errors/application-failure.js';
export { relayAbort, signalListeners } from '../call/signal-listeners.js';
export { isBusinessOutcome, isSuperseded, supersededReason } from '../errors/errors.js';
export { HandlerResult, type ResultConverter } from '../server/handler-result.js';
export {
  callbackError,
  isThenable,
  plainAnswer,
  type AskedCall,
} from '../errors/callback.error.js';
export { CallbackReport } from '../errors/callback-report.js';
export { errorMessage, errorText } from '../errors/error-text.js';
export { TlsFailure, type TlsFault, type TlsOptionNames } from '../connection/tls-failure.js';
export { invalidPayloadText, markInvalidPayload } from '../errors/invalid-payload.js';
export { isForeignName } from '../wire/framing/foreign-bytes.js';
export {
  callback,
  flag,
  integer,
  isObject,
  milliseconds,
  number,
  object,
  oneOf,
  option,
  type JsonSchema,
  type Option,
  type OptionsOf,
  type OptionTable,
  type Resolved,
  text,
} from '../options/option.js';
export { listOf, recordOf } from '../options/collections.js';
export {
  asGiven,
  either,
  orFalse,
  orNull,
  refined,
  required,
  withDefault,
} from '../options/combinators.js';
export {
  group,
  pickOptions,
  resolveOption,
  resolveOptions,
  variants,
} from '../options/resolve-options.js';
export {
  ENDPOINT,
  parseEndpoint,
  readEndpoint,
  type SocketAddress,
} from '../connection/endpoint-address.js';
export { CLIENT_OPTIONS } from '../connection/client-options.js';
export { DRAIN_OPTIONS } from '../server/close-options.js';
export { SERVER_OPTIONS } from '../server/server-options.js';
export { pulled } from '../stream/pulled.js';
