import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import type { CallOptions } from '../call/call-options.js';
import type { Invoke } from '../call/outgoing-call.js';
import { callbackError, plainAnswer } from '../errors/callback.error.js';

/** Calls one method: takes one property per parameter and what the caller says about the call. */
export type MethodInvoker = (args: FieldValues, options?: CallOptions) => Promise<unknown>;

/** What is said about every call of a method that does not say it itself. */
export interface InvokerDefaults {
  /** Time for a call as a whole, in milliseconds; 0, the default, for no limit. */
  readonly timeoutMs?: number;
  /** Names the instance for a call that names none; for use without balancing in front. */
  readonly nextEndpoint?: () => string;
}

const NO_OPTIONS: CallOptions = {};

/**
 * Makes the function that turns arguments into a call and hands it to `invoke`: a ClientTransport, or the chain of
 * policies before it. The call's timeout runs from here.
 *
 * @throws RangeError for a default timeout that is negative or no number. The function rejects with a RangeError for
 *   timeouts of a call that are out of range, with a CallbackError when `nextEndpoint` throws.
 */
export function createMethodInvoker(
  service: ServiceDefinition,
  method: MethodDefinition,
  invoke: Invoke,
  defaults: InvokerDefaults = {},
): MethodInvoker {
  const { timeoutMs: defaultTimeoutMs = 0, nextEndpoint } = defaults;
  if (!(defaultTimeoutMs >= 0)) {
    throw new RangeError(`timeoutMs must be 0 or more milliseconds, got ${defaultTimeoutMs}`);
  }
  return (args, options = NO_OPTIONS) => {
    const { timeoutMs = defaultTimeoutMs } = options;
    const fault = options === NO_OPTIONS ? undefined : faultOf(options);
    if (fault !== undefined) {
      return Promise.reject(new RangeError(`${service.name}.${method.name}: ${fault}`));
    }
    let instance = options.address;
    if (instance === undefined && nextEndpoint !== undefined) {
      try {
        instance = plainAnswer(nextEndpoint());
      } catch (error) {
        return Promise.reject(callbackError('nextEndpoint', { service, method }, error));
      }
    }
    return invoke({
      service,
      method,
      args,
      deadline: timeoutMs > 0 ? performance.now() + timeoutMs : Infinity,
      timeoutMs,
      connectTimeoutMs: options.connectTimeoutMs,
      readWriteTimeoutMs: options.readWriteTimeoutMs,
      signal: options.signal,
      metadata: options.metadata,
      persistentMetadata: options.persistentMetadata,
      address: instance,
      onBackwardMetadata: options.onBackwardMetadata,
      attempt: 0,
    });
  };
}

/** What is wrong with the timeouts of a call; `undefined` if nothing. */
function faultOf({
  timeoutMs,
  connectTimeoutMs,
  readWriteTimeoutMs,
}: CallOptions): string | undefined {
  if (timeoutMs !== undefined && !(timeoutMs > 0)) {
    return `timeoutMs must be above 0, got ${timeoutMs}`;
  }
  if (connectTimeoutMs !== undefined && !(connectTimeoutMs > 0)) {
    return `connectTimeoutMs must be above 0, got ${connectTimeoutMs}`;
  }
  if (readWriteTimeoutMs !== undefined && !(readWriteTimeoutMs >= 0)) {
    return `readWriteTimeoutMs must be 0 or more, got ${readWriteTimeoutMs}`;
  }
  return undefined;
}
