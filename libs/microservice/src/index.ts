// For applications.
export { ThriftModule } from './module/thrift.module.js';
export { THRIFT_MODULE_OPTIONS } from './module/thrift-module-options.js';
export { ThriftServer } from './server/thrift-server.js';
export { ThriftClient } from './client/thrift-client.js';
export { ThriftRecord, ThriftRecordBuilder } from './client/thrift-record.js';
export {
  InjectThriftClient,
  getThriftClientProxyToken,
  getThriftClientToken,
} from './client/thrift-client-options.js';
export { ThriftContext } from './context/thrift-context.js';
export { ThriftStreamContext } from './context/thrift-stream-context.js';
export { perMessage } from './stream/per-message.js';
export { toObservable } from './stream/to-observable.js';
export { ThriftObserverModule } from './module/thrift-observer.module.js';
export { ThriftObserver } from './observer/thrift-observer.decorator.js';
export type {
  ThriftClientObserver,
  ThriftProcessObserver,
} from './observer/thrift-observer.decorator.js';
export { ThriftMethod } from './decorators/thrift-service.decorator.js';
export { ThriftService } from './decorators/thrift-service.decorator.js';
export { THRIFT_IDL } from './idl/compile-idl.js';
export { THRIFT_TRANSPORT } from './decorators/bind-method.js';
export { ThriftValidationPipe } from './validation/thrift-validation.pipe.js';
export { ThriftHttpExceptionFilter } from './http/thrift-http-exception.filter.js';
export { ParseBigIntPipe } from './http/parse-big-int.pipe.js';
export { ThriftJsonInterceptor } from './http/thrift-json.interceptor.js';
export { THRIFT_HTTP_STATUSES, httpStatusOf } from './http/http-statuses.js';
export { toNdjson } from './http/to-ndjson.js';
export { toSse, type SseOptions } from './http/to-sse.js';
export { renderJson } from '@nestjs-thrift/codec/json';
export {
  RequestIdObserver,
  acceptRequestId,
  assignRequestId,
  currentRequestId,
  requestIdMiddleware,
} from './request-id/request-id.js';

export type {
  ThriftFeature,
  ThriftFeatureAsyncOptions,
  ThriftFeatureOptions,
  ThriftFeatureOptionsFactory,
  ThriftModuleOptions,
  ThriftOptionsFactory,
} from './module/thrift-module-options.js';
export type { ThriftServerOptions } from './server/thrift-server-options.js';
export type {
  ThriftServerAddress,
  ThriftServerEvents,
  ThriftServerStatus,
} from './server/thrift-server-events.js';
export type { ThriftClientOptions } from './client/thrift-client-options.js';
export type { ThriftClientEvents, ThriftClientStatus } from './client/thrift-client-options.js';
export type { IdlOptions } from './idl/compile-idl.js';
export type { IdentifiableResponse, IdentifiedRequest } from './request-id/request-id.js';
export type { ParseBigIntPipeOptions } from './http/parse-big-int.pipe.js';
export type { HttpStatuses } from './http/http-statuses.js';
export type { ThriftValidationPipeOptions } from './validation/thrift-validation.pipe.js';

// What applications need of the packages below.
export {
  EncodeError,
  ERROR_CODES,
  ProtocolError,
  ThriftException,
  ThriftRpcError,
} from '@nestjs-thrift/codec';
export {
  AccessDeniedError,
  ApplicationExceptionType,
  BizStatusError,
  CallContext,
  CallbackError,
  CancelledError,
  ClientClosedError,
  ConnectError,
  ConnectionLostError,
  ContextKey,
  LimitExceededError,
  PoolExhaustedError,
  RemoteCancelledError,
  RemoteError,
  RpcTimeoutError,
  StreamClosedError,
  currentCall,
  enableCurrentCall,
  nextAttempt,
  runOutsideCall,
  runWithPersistentMetadata,
} from '@nestjs-thrift/transport';
export {
  CircuitBreakerOpenError,
  NoInstanceError,
  RetryExhaustedError,
} from '@nestjs-thrift/governance';

export type { ServiceDefinition, ThriftErrorCode } from '@nestjs-thrift/codec';
export type { CompiledSchema } from '@nestjs-thrift/codec/compiler';
export type {
  AttemptChange,
  CallOptions,
  CallOutcome,
  ClientStream,
  ConnectionMode,
  DuplexStream,
  Invoke,
  IncomingCall,
  IncomingStream,
  Messages,
  Middleware,
  OutgoingCall,
  ProtocolName,
  ReceivedMessages,
  ServerStream,
  StreamMetadata,
  StreamOptions,
  TransportName,
  TransportObserver,
} from '@nestjs-thrift/transport';

export {
  BackupRequest,
  Batch,
  Bulkhead,
  CircuitBreaker,
  Fallback,
  Retry,
  RpcTimeout,
  UsePolicy,
} from './decorators/policies.js';
export { PolicyInterceptor } from './governance/method-pipeline.js';
export { ThriftGovernanceConfig } from './governance/governance-config.js';
export type { BulkheadOptions, DeclaredFallback } from './governance/declared-policies.js';
export type { GovernanceOptions } from './governance/governance-config.js';
export type { ClientInterface } from './governance/interface-policies.js';
export type { PolicyDecorator } from './decorators/policy-decorator.js';
export type { ServerRegistrationOptions } from './server/register-server.js';
