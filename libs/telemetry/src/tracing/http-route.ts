import { context, createContextKey, type Span, trace } from '@opentelemetry/api';
import { currentRequestId } from '@nestjs-thrift/microservice';

/** What instrumentations of HTTP keep in the context of a request, for those that know its route. */
interface HttpRequestMetadata {
  readonly type: string;
  readonly span?: Span;
  /** Attribute `http.route` and name of the span when it ends. */
  route?: string;
}

/** Keys of one text are equal in all copies of the API: this is the one of `getRPCMetadata` in `@opentelemetry/core`. */
const REQUEST_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

/**
 * Gives the span of the HTTP request that is served its attribute `http.route`: the span of an instrumentation of HTTP, which takes its
 * name from it too, or else the one that is active. The id of the request, which is a header of its response, is another attribute.
 */
export function setHttpRoute(route: string): void {
  const active = context.active();
  const metadata = active.getValue(REQUEST_METADATA) as HttpRequestMetadata | undefined;
  if (metadata?.type === 'http') {
    metadata.route = route;
  }
  const span = metadata?.span ?? trace.getSpan(active);
  span?.setAttribute('http.route', route);
  const id = currentRequestId();
  if (id !== undefined) {
    span?.setAttribute('http.response.header.x-request-id', [id]);
  }
}
