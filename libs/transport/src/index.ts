// Serving.
export type { CloseOptions } from './server/close-options.js';
export { ServerTransport, type ServerState } from './server/server-transport.js';

// Wire: messages and what is around them.
export type { ProtocolName } from '@nestjs-thrift/codec';
export type { TransportName } from './wire/framing/framing.js';

// Time: every deadline of the process on one timer.

// Calls: what travels between policies, transport and handlers.
export { CallContext, ContextKey } from './call/call-context.js';
export type { CallOptions } from './call/call-options.js';
export {
  nextAttempt,
  type AttemptChange,
  type Invoke,
  type Middleware,
  type OutgoingCall,
} from './call/outgoing-call.js';
export {
  currentCall,
  enableCurrentCall,
  runOutsideCall,
  runWithPersistentMetadata,
} from './call/current-call.js';
export type { IncomingStream } from './call/incoming-stream.js';
export type { IncomingCall, MethodHandler, ServedService } from './call/incoming-call.js';
export type {
  CallOutcome,
  ObservedConnection,
  RejectionReason,
  RequestRejection,
  TransportObserver,
} from './observer/transport-observer.js';
export type {
  MessageDirection,
  ObservedStream,
  StreamOutcome,
  StreamRejectionReason,
} from './observer/observed-stream.js';

// Streams.
export type { Messages, ReceivedMessages } from './stream/messages.js';
export type {
  ClientStream,
  DuplexStream,
  ServerStream,
  StreamMetadata,
  StreamOptions,
} from './stream/stream-options.js';

// Errors.
export {
  BizStatusError,
  AccessDeniedError,
  CancelledError,
  ClientClosedError,
  ConnectError,
  ConnectionLostError,
  LimitExceededError,
  type LimitExceededErrorOptions,
  PoolExhaustedError,
  RemoteCancelledError,
  RpcTimeoutError,
  StreamClosedError,
} from './errors/errors.js';
export { ApplicationExceptionType, RemoteError } from './errors/remote.error.js';
export { CallbackError } from './errors/callback.error.js';

// Options.
export type {
  ClientTransportOptions,
  ConnectionMode,
  LongPoolOptions,
  MuxPoolOptions,
} from './connection/client-options.js';
export type { ServerTransportOptions } from './server/server-options.js';

// Client: connections to servers and typed clients over them.
export type { PoolStats } from './pool/pool-context.js';
export { ClientTransport } from './client/client-transport.js';
export { createClient, type CreateClientOptions } from './client/create-client.js';
