import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import { CALL_OPTIONS, type CallOptions } from '../call/call-options.js';
import { createCall, NO_OPTIONS, type Invoke } from '../call/outgoing-call.js';
import { requestMethod } from '../call/request-method.js';
import { faultOfOptions } from '../options/fault-of-options.js';
import { resolveOptions } from '../options/resolve-options.js';
import { callbackError, plainAnswer } from '../errors/callback.error.js';

/** Calls one method: takes one property per parameter and what the caller says about the call. */
export type MethodInvoker = (args: FieldValues, options?: CallOptions) => Promise<unknown>;

/** Defaults for the calls of a method that do not set their own values. */
export interface InvokerDefaults {
  /** Time for a call as a whole, in milliseconds; 0 for no limit. @defaultValue that of the policies behind, none without */
  readonly timeoutMs?: number;
  /** Time for one attempt, in milliseconds; 0 for no limit. @defaultValue that of the policies behind, none without */
  readonly attemptTimeoutMs?: number;
  /** Names the instance for a call that names none; for use without balancing in front. */
  readonly nextEndpoint?: () => string;
}

/**
 * Makes the function that turns arguments into a call and hands it to `invoke`: a ClientTransport, or the chain of
 * policies before it. The call's timeout runs from here.
 *
 * @throws TypeError for a default timeout out of range, ThriftRpcError `NOT_SUPPORTED` for a method with a stream. The function rejects
 *   with a TypeError that names each wrong option of a call, with a CallbackError when `nextEndpoint` throws.
 */
export function createMethodInvoker(
  service: ServiceDefinition,
  method: MethodDefinition,
  invoke: Invoke,
  defaults: InvokerDefaults = {},
): MethodInvoker {
  const { nextEndpoint, ...timeouts } = defaults;
  const label = `call(${service.name}.${method.name})`;
  resolveOptions(label, CALL_OPTIONS, timeouts);
  const called = requestMethod(service, method);
  return (args, options = NO_OPTIONS) => {
    const fault = options === NO_OPTIONS ? undefined : faultOfOptions(label, CALL_OPTIONS, options);
    if (fault !== undefined) {
      return Promise.reject(fault);
    }
    const { timeoutMs = defaults.timeoutMs, attemptTimeoutMs = defaults.attemptTimeoutMs } =
      options;
    let { address } = options;
    if (address === undefined && nextEndpoint !== undefined) {
      try {
        address = plainAnswer(nextEndpoint());
      } catch (error) {
        return Promise.reject(callbackError('nextEndpoint', { service, method }, error));
      }
    }
    const inForce = { timeoutMs, attemptTimeoutMs, address };
    return invoke(createCall(service, called, args, options, inForce));
  };
}
