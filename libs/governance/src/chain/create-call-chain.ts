import type { Invoke, Middleware } from '@nestjs-thrift/transport';

/**
 * The stages of a call, in the order they are listed here, outermost first; the same order as Kitex's. A stage that is
 * absent is not there at run time either.
 */
export interface CallChainStages {
  /** Merges single calls into calls of a bulk method; sees every call of the user. */
  readonly batch?: Middleware;
  /** Answers in place of a failed call, after all retries. */
  readonly fallback?: Middleware;
  /** Gives the call its deadline. */
  readonly callTimeout?: Middleware;
  /** Runs everything below once per attempt. */
  readonly retry?: Middleware;
  /** Refuses attempts while the method of the service is failing. */
  readonly serviceBreaker?: Middleware;
  /** Gives each attempt its deadline. */
  readonly timeout?: Middleware;
  /** The user's own, the first one outermost. */
  readonly middlewares?: readonly Middleware[];
  /** Refuses attempts by rule, degradation included. */
  readonly acl?: Middleware;
  /** Chooses the instance. */
  readonly balancing?: Middleware;
  /** Refuses instances that cannot be connected to. */
  readonly instanceBreaker?: Middleware;
}

/**
 * Composes the way of a method's calls down to the transport. Done once per method and again when its policies
 * change, never per call. Without any stage the result is the transport itself.
 *
 * @param transport carries out one attempt on the instance named by `call.address`.
 */
export function createCallChain(transport: Invoke, stages: CallChainStages): Invoke {
  const middlewares = [
    stages.batch,
    stages.fallback,
    stages.callTimeout,
    stages.retry,
    stages.serviceBreaker,
    stages.timeout,
    ...(stages.middlewares ?? []).map(rejecting),
    stages.acl,
    stages.balancing,
    stages.instanceBreaker,
  ];
  return compose(transport, middlewares);
}

/** Puts middlewares in front of an endpoint, the first one outermost; `undefined` entries are left out. */
export function compose(
  endpoint: Invoke,
  middlewares: readonly (Middleware | undefined)[],
): Invoke {
  return middlewares.reduceRight<Invoke>(
    (next, middleware) => (middleware === undefined ? next : middleware(next)),
    endpoint,
  );
}

/** A middleware of the application that throws, or returns a plain value, must not get past retries, breakers and fallbacks. */
function rejecting(middleware: Middleware): Middleware {
  return (next) => {
    const endpoint = middleware(next);
    return (call) => {
      try {
        return Promise.resolve(endpoint(call));
      } catch (error) {
        return Promise.reject(error);
      }
    };
  };
}
