export { createThriftTestingServer, ThriftTestingServer } from './server/thrift-testing-server.js';
export { ThriftFaults } from './faults/thrift-faults.js';
export { ThriftStreamFaults } from './faults/stream-faults.js';
export { mockThriftClient, ThriftClientMock } from './client/thrift-client-mock.js';
export { UnexpectedCallError } from './client/wire-outcome.js';
export {
  createThriftTestingContext,
  ThriftTestingContext,
} from './context/thrift-testing-context.js';
export {
  createThriftTestingStreamContext,
  ThriftTestingStreamContext,
} from './context/thrift-testing-stream-context.js';
export { collect } from './client/collect.js';
export { createThriftTestingApp, ThriftTestingApp } from './nest/thrift-testing-app.js';
export { overrideThriftClient, provideThriftClient } from './nest/thrift-client-providers.js';

export type { ThriftTestingServerOptions } from './server/thrift-testing-server.js';
export type { ThriftTestingHandlers } from './server/received-call.js';
export type { ReceivedCall, ReceivedCallOf } from './server/received-call.js';
export type { TTHeaders } from './faults/link.js';
export type { FaultScope } from './faults/fault-plan.js';
export type { HalfFrameScope } from './faults/thrift-faults.js';
export type {
  Mocked,
  MockedCall,
  MockedCallOf,
  MockedMethod,
  MockedStream,
  MockedStreamMethod,
} from './client/thrift-client-mock.js';
export type { MockedStreamEnd } from './client/mocked-streams.js';
export type { MockedStreamContext } from './client/stream-stub.js';
export type { TestingCallOptions } from './context/testing-call.js';
export type { MethodArguments, MethodName, MethodResult } from './service-types.js';
