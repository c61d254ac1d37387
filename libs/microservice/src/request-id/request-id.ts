import { randomUUID } from 'node:crypto';
import {
  enableCurrentCall,
  type IncomingCall,
  type ObservedStream,
  runWithPersistentMetadata,
  type TransportObserver,
} from '@nestjs-thrift/transport';
import {
  findRequestId,
  inheritedMetadata,
  REQUEST_ID_KEY,
} from '@nestjs-thrift/transport/internal';
import { ThriftObserver } from '../observer/thrift-observer.decorator.js';

const HEADER = 'x-request-id';
/** An id ends up in every log on the way: no spaces, quotes or control characters, and short enough for a log line. */
const ACCEPTABLE = /^[\w.:/+=@-]{1,128}$/;

/** What is used of an HTTP request; Node's, Express's and Fastify's have it. */
export interface IdentifiedRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What is used of an HTTP response; Node's and Express's have it. */
export interface IdentifiableResponse {
  setHeader(name: string, value: string): unknown;
}

const assigned = new WeakMap<IdentifiedRequest, string>();

/**
 * Returns the id of the request being served, Thrift or HTTP; `undefined` elsewhere, and where neither
 * {@link RequestIdObserver} nor {@link requestIdMiddleware} is in use and the request came with none.
 *
 * @example
 * LoggerModule.forRoot({ pinoHttp: { mixin: () => ({ requestId: currentRequestId() }) } });
 */
export function currentRequestId(): string | undefined {
  const values = inheritedMetadata();
  return values && findRequestId(values);
}

/**
 * Returns the id given if it is one of at most 128 letters, digits and `. _ : / + = @ -`, else a new UUID: an id from outside
 * goes into every log on the way.
 */
export function acceptRequestId(given: unknown): string {
  return typeof given === 'string' && ACCEPTABLE.test(given) ? given : randomUUID();
}

/**
 * Returns the id of an HTTP request, the one of its header `x-request-id` or a new one, and sets it as a header of the response. The
 * same request always gets the same id, so that middleware and loggers may each call it.
 *
 * @example
 * LoggerModule.forRoot({ pinoHttp: { genReqId: assignRequestId } });
 */
export function assignRequestId(
  request: IdentifiedRequest,
  response: IdentifiableResponse,
): string {
  const known = assigned.get(request);
  if (known !== undefined) {
    return known;
  }
  const id = acceptRequestId(request.headers[HEADER]);
  assigned.set(request, id);
  response.setHeader(HEADER, id);
  return id;
}

/**
 * HTTP middleware for Node, Express and Nest: gives each request an id as {@link assignRequestId} does. All Thrift calls made for the
 * request carry the id as persistent metadata `request-id`, and {@link currentRequestId} returns it.
 *
 * @example
 * app.use(requestIdMiddleware);
 */
export function requestIdMiddleware(
  request: IdentifiedRequest,
  response: IdentifiableResponse,
  next: () => void,
): void {
  runWithPersistentMetadata({ [REQUEST_ID_KEY]: assignRequestId(request, response) }, next);
}

/**
 * Gives each request and stream of a Thrift server an id: the `request-id`, `x-request-id` or `requestid` of its metadata, else a new one. Calls
 * made while serving it carry the id as persistent metadata, `ThriftCallLog` logs it, and {@link currentRequestId} returns it.
 *
 * @example
 * @Module({ imports: [ThriftModule.forRoot({ server: { port: 8888 } })], providers: [RequestIdObserver] })
 * class AppModule {}
 */
@ThriftObserver()
export class RequestIdObserver implements TransportObserver {
  constructor() {
    enableCurrentCall();
  }

  /** Sets the id of a request. */
  requestStarted(call: IncomingCall): void {
    const { metadata, persistentMetadata } = call;
    const given = findRequestId(persistentMetadata) ?? findRequestId(metadata);
    const id = acceptRequestId(given);
    if (persistentMetadata.get(REQUEST_ID_KEY) !== id) {
      call.setPersistentMetadata(REQUEST_ID_KEY, id);
    }
  }

  /** Sets the id of a stream that is served. */
  streamOpened({ incoming }: ObservedStream): void {
    if (incoming !== undefined) {
      this.requestStarted(incoming);
    }
  }
}
