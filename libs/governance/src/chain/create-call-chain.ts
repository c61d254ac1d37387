import type { OutgoingCall, Invoke, Middleware } from '@nestjs-thrift/transport';

/** A call with what the stages of the chain tell each other; the transport does not look at it. */
export interface GovernedCall extends OutgoingCall {
  /** Where the attempts of this call went. Present only if its retries go to other instances where there are any. */
  readonly visited?: VisitedInstances;
}

/** The instances that the attempts of a call went to; shared by its attempts, written by balancing. */
export class VisitedInstances {
  readonly addresses: string[] = [];
  /** How many instances the last attempt could choose from; 0 if the call names its endpoint. */
  choice = 0;

  /** Whether there are instances that no attempt went to. */
  get leavesOthers(): boolean {
    return new Set(this.addresses).size < this.choice;
  }
}

/** A call a stage has made for itself and may still change before it hands it on. */
export type OwnCall = { -readonly [Field in keyof GovernedCall]: GovernedCall[Field] };

/** Every field must be named below, optional ones too. */
type AllFields = { [Field in keyof Required<GovernedCall>]: GovernedCall[Field] };

/**
 * A copy of a call to be changed. Written out, because spreading objects of several shapes takes a microsecond where this
 * takes some nanoseconds; and so all calls have one shape from here on.
 */
export function ownCall(call: GovernedCall): OwnCall {
  const copy: AllFields = {
    service: call.service,
    method: call.method,
    args: call.args,
    deadline: call.deadline,
    timeoutMs: call.timeoutMs,
    attemptTimeoutMs: call.attemptTimeoutMs,
    connectTimeoutMs: call.connectTimeoutMs,
    readTimeoutMs: call.readTimeoutMs,
    signal: call.signal,
    metadata: call.metadata,
    persistentMetadata: call.persistentMetadata,
    address: call.address,
    onBackwardMetadata: call.onBackwardMetadata,
    attempt: call.attempt,
    visited: call.visited,
  };
  return copy;
}

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
