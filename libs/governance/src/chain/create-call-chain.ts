import type { Invoke, Middleware } from '@nestjs-thrift/transport';
import { compose, type Stage, type StagedMethod } from './stage.js';

/**
 * The stages of a call, in the order they are listed here, outermost first; the same order as Kitex's. A stage that is
 * absent is not there at run time either.
 */
export interface CallChainStages {
  /** Answers in place of a failed call, after all retries. */
  readonly fallback?: Stage | undefined;
  /** Gives the call its deadline. */
  readonly callTimeout?: Stage | undefined;
  /** Runs everything below once per attempt. */
  readonly retry?: Stage | undefined;
  /** Repeats calls that find an instance dead. */
  readonly failover?: Stage | undefined;
  /** Refuses attempts while the method of the service is failing. */
  readonly serviceBreaker?: Stage | undefined;
  /** Merges calls into one of a bulk method, whose chain takes the place of what follows. */
  readonly batch?: Stage | undefined;
  /** Gives each attempt its deadline. */
  readonly timeout?: Stage | undefined;
  /** The user's own, the first one outermost. */
  readonly middlewares?: readonly Middleware[];
  /** Refuses attempts by rule, degradation included. */
  readonly acl?: Stage | undefined;
  /** Chooses the instance. */
  readonly balancing?: Stage | undefined;
  /** Refuses instances that cannot be connected to. */
  readonly instanceBreaker?: Stage | undefined;
}

/**
 * Composes the way of a method's calls down to the transport. Done once per method and again when its policies
 * change, never per call. Without any stage the result is the transport itself.
 *
 * @param transport carries out one attempt on the instance named by `call.address`.
 * @throws TypeError for a stage that does not serve methods of this kind.
 */
export function createCallChain(
  target: StagedMethod,
  transport: Invoke,
  stages: CallChainStages,
): Invoke {
  const present = [
    stages.fallback,
    stages.callTimeout,
    stages.retry,
    stages.failover,
    stages.serviceBreaker,
    stages.batch,
    stages.timeout,
    ...(stages.middlewares ?? []).map(rejecting),
    stages.acl,
    stages.balancing,
    stages.instanceBreaker,
  ].filter((stage) => stage !== undefined);
  return compose(target, present, transport);
}

/** A middleware of the application that throws, or returns a plain value, must not get past retries, breakers and fallbacks. */
function rejecting(middleware: Middleware): Stage {
  const unary: Middleware = (next) => {
    const endpoint = middleware(next);
    return (call) => {
      try {
        return Promise.resolve(endpoint(call));
      } catch (error) {
        return Promise.reject(error);
      }
    };
  };
  return { name: 'middlewares', unary };
}
