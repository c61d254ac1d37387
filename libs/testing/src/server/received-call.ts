import type { ThriftContext, ThriftStreamContext } from '@nestjs-thrift/microservice';
import type { IsStreaming, RequestsOf, ResponseOf } from '../client/stream-types.js';
import type { MethodArguments, MethodName, MethodResult } from '../service-types.js';
import type { IncomingCall, Messages, ProtocolName, TransportName } from '@nestjs-thrift/transport';
import type { TTHeaders } from '../faults/link.js';

/**
 * What serves the methods of a testing server, as a plain object: each handler takes the parameters in the order of the
 * IDL and then the context, and returns or throws as a controller would; one of a stream takes the request, or the stream of them. Methods may be left out.
 */
export type ThriftTestingHandlers<Client> = {
  [Method in MethodName<Client>]?: IsStreaming<Client, Method> extends true
    ? (
        requests: RequestsOf<Client, Method>,
        context: ThriftStreamContext,
      ) =>
        | Messages<ResponseOf<Client, Method>>
        | ResponseOf<Client, Method>
        | Promise<ResponseOf<Client, Method>>
    : (
        ...args: [...MethodArguments<Client, Method>, context: ThriftContext]
      ) => MethodResult<Client, Method> | Promise<MethodResult<Client, Method>>;
};

/** A handler whose types have been checked where it was given. */
export type AnyHandler = (...args: unknown[]) => unknown;

/** A call that a testing server received. */
export interface ReceivedCallOf<Client, Method extends MethodName<Client>> {
  readonly method: Method;
  /** The arguments in the order of the IDL. */
  readonly args: MethodArguments<Client, Method>;
  /** Registry name of the calling service; empty when it did not say. */
  readonly caller: string;
  /** Method the caller was serving when it called; empty when it did not say. */
  readonly callerMethod: string;
  /** Transient values, without their prefix. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Persistent values, without their prefix. */
  readonly persistentMetadata: Readonly<Record<string, string>>;
  /** All keys of the TTHeader as they came; `undefined` without one. */
  readonly headers: TTHeaders | undefined;
  readonly transport: TransportName;
  readonly protocol: ProtocolName;
}

/** A call that a testing server received; its `method` tells the type of its `args`. */
export type ReceivedCall<Client> = {
  [Method in MethodName<Client>]: ReceivedCallOf<Client, Method>;
}[MethodName<Client>];

/** What a call says about itself, method and arguments apart. */
export function describeCall(
  call: IncomingCall,
  headers: TTHeaders | undefined,
): Omit<ReceivedCallOf<unknown, string>, 'method' | 'args'> {
  return {
    caller: call.caller,
    callerMethod: call.callerMethod,
    metadata: Object.fromEntries(call.metadata),
    persistentMetadata: Object.fromEntries(call.persistentMetadata),
    headers,
    transport: call.transport,
    protocol: call.protocol,
  };
}
