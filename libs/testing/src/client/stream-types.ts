import type {
  ClientStream,
  DuplexStream,
  ReceivedMessages,
  ServerStream,
} from '@nestjs-thrift/transport';
import type { ClientMethods, MethodName } from '../service-types.js';

/** What a method without messages given returns: of overloads TypeScript infers from the last one. */
type Opened<Client, Method extends MethodName<Client>> = ClientMethods<Client>[Method] extends (
  ...args: never[]
) => infer Result
  ? Result
  : never;

/** Whether a method sends a stream in any direction. */
export type IsStreaming<Client, Method extends MethodName<Client>> =
  Opened<Client, Method> extends Promise<unknown> ? false : true;

/** Messages of the server. */
export type ResponseOf<Client, Method extends MethodName<Client>> = unknown extends Client
  ? unknown
  : Opened<Client, Method> extends ClientStream<never, infer Response>
    ? Response
    : Opened<Client, Method> extends ServerStream<infer Response>
      ? Response
      : never;

/** Messages of the client. */
export type RequestOf<Client, Method extends MethodName<Client>> = unknown extends Client
  ? unknown
  : Opened<Client, Method> extends
        ClientStream<infer Request, unknown> | DuplexStream<infer Request, unknown>
    ? Request
    : ClientMethods<Client>[Method] extends (request: infer Request, ...rest: never[]) => unknown
      ? Request
      : never;

/** What a handler gets: the request, or the stream of them. */
export type RequestsOf<Client, Method extends MethodName<Client>> = unknown extends Client
  ? unknown
  : Opened<Client, Method> extends
        ClientStream<infer Request, unknown> | DuplexStream<infer Request, unknown>
    ? ReceivedMessages<Request>
    : RequestOf<Client, Method>;
