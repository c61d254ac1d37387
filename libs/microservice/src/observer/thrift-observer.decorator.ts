import { SetMetadata } from '@nestjs/common';
import type { ClientGovernance } from '@nestjs-thrift/governance';
import type { ClientTransport, TransportObserver } from '@nestjs-thrift/transport';

const OBSERVER = Symbol.for('@nestjs-thrift/observer');

/** An observer of a `ThriftClient` that also follows what governs the calls. */
export interface ThriftClientObserver extends TransportObserver {
  /** The client got to know a service, before the first call. `transport` carries the calls of all services of the client. */
  serviceAdded?(governance: ClientGovernance, transport: ClientTransport): void;
}

/** An observer in the container of an application. */
export interface ThriftProcessObserver extends ThriftClientObserver {
  /** Receives the `serviceName` of `ThriftModule.forRoot`, if there is one, before anything else. */
  runsAs?(serviceName: string): void;
  /**
   * A gateway serves an HTTP request, and calls next. Called in the async context of the request.
   *
   * @param route template of the path, with the prefix and the version of the application, such as `/api/users/:id`
   */
  httpRequestRouted?(route: string): void;
}

/**
 * Marks a class as an observer: a provider of it observes all servers and clients of the container. It needs no entry in `observers` of
 * their options. Only a singleton can be one. The class must implement {@link ThriftProcessObserver}.
 *
 * @example
 * ```ts
 * @ThriftObserver()
 * class SlowCalls implements TransportObserver {
 *   callFinished(call: OutgoingCall, { durationMs }: CallOutcome) {
 *     if (durationMs > 1000) console.warn(`${call.method.name} took ${durationMs} ms`);
 *   }
 * }
 *
 * @Module({ imports: [ThriftModule.forRoot({})], providers: [SlowCalls] })
 * class AppModule {}
 * ```
 */
export function ThriftObserver(): (
  target: new (...parameters: never[]) => ThriftProcessObserver,
) => void {
  return (target) => SetMetadata(OBSERVER, true)(target);
}

/** Whether an instance is of a class with {@link ThriftObserver}. */
export function isThriftObserver(instance: object): instance is ThriftProcessObserver {
  // A namespace of a module and other objects without a prototype have no constructor.
  const { constructor } = instance as { constructor?: unknown };
  return typeof constructor === 'function' && Reflect.hasMetadata(OBSERVER, constructor);
}
