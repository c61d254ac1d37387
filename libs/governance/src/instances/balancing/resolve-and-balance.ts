import {
  ConnectError,
  nextAttempt,
  RpcTimeoutError,
  type Invoke,
  type Middleware,
  type OutgoingCall,
} from '@nestjs-thrift/transport';
import type { Stage } from '../../chain/stage.js';
import {
  callbackError,
  CallbackReport,
  plainAnswer,
  STREAM,
} from '@nestjs-thrift/transport/internal';
import { VISITED } from '../../chain/visited-instances.js';
import type { Instance } from '../discovery/instance.js';
import type { InstanceDirectory } from '../discovery/instance-directory.js';
import { CircuitBreakerOpenError, NoInstanceError } from '../../errors/errors.js';
import { monotonicClock } from '../../support/clock.js';
import { NONE_EXCLUDED, type Picker } from './balancer.js';

/** Instances one attempt tries at most when connecting fails or their breaker is open. Kitex: maxRetry. */
export const MAX_PICKS = 6;

/**
 * Chooses the instance of each attempt. When it cannot be connected to, or its breaker is open, another one is
 * chosen, up to {@link MAX_PICKS} in all: the request has not been sent, so this is safe for every method and needs no
 * retry policy. A call that names its endpoint goes there and nowhere else. Kitex: the resolver middleware.
 *
 * Errors: NoInstanceError without any instance; CallbackError when the balancer throws; otherwise the error of the last instance tried.
 */
export function resolveAndBalance(directory: InstanceDirectory): Stage {
  const unary: Middleware = (next) => {
    const first = async (call: OutgoingCall): Promise<unknown> =>
      balance(next, await directory.ready(call.deadline), call, directory.service);
    return (call) => {
      if (call.address !== undefined) {
        return next(call);
      }
      const { picker } = directory;
      return picker === undefined ? first(call) : balance(next, picker, call, directory.service);
    };
  };
  return { name: 'resolver', unary };
}

function balance(
  next: Invoke,
  picker: Picker,
  call: OutgoingCall,
  service: string,
): Promise<unknown> {
  const visited = call.context.get(VISITED);
  if (visited !== undefined) {
    visited.choice = picker.size;
  }
  let instance: Instance | undefined;
  try {
    instance = pickUnvisited(picker, call);
  } catch (error) {
    return Promise.reject(callbackError('balancer', call, error));
  }
  if (instance === undefined) {
    return Promise.reject(
      new NoInstanceError(service, `every instance of ${service} has weight 0: none may be called`),
    );
  }
  const first = instance;
  const sent = send(next, picker, call, first);
  // With nowhere else to go the transport's promise is passed on as it is.
  return picker.size === 1
    ? sent
    : sent.then(undefined, (error: unknown) => tryOthers(next, picker, call, first, error));
}

async function tryOthers(
  next: Invoke,
  picker: Picker,
  call: OutgoingCall,
  first: Instance,
  error: unknown,
): Promise<unknown> {
  let tried: readonly string[] = [first.address];
  let instance = another(picker, call, tried, error);
  for (;;) {
    try {
      return await send(next, picker, call, instance);
    } catch (failure) {
      tried = [...tried, instance.address];
      instance = another(picker, call, tried, failure);
    }
  }
}

/** @throws what the failed try is to end with if there is no other attempt. */
function another(
  picker: Picker,
  call: OutgoingCall,
  tried: readonly string[],
  error: unknown,
): Instance {
  if (!isUnsent(error) || tried.length >= MAX_PICKS) {
    throw error;
  }
  if (monotonicClock() >= call.deadline) {
    throw outOfTime(call, error);
  }
  const instance = pick(picker, call, tried, error);
  if (instance === undefined) {
    throw error;
  }
  return instance;
}

function pick(
  picker: Picker,
  call: OutgoingCall,
  tried: readonly string[],
  lastError: unknown,
): Instance | undefined {
  try {
    return plainAnswer(picker.pick(call, tried));
  } catch (error) {
    throw callbackError('balancer', call, error, lastError);
  }
}

function send(
  next: Invoke,
  picker: Picker,
  call: OutgoingCall,
  instance: Instance,
): Promise<unknown> {
  const { address } = instance;
  call.context.get(VISITED)?.addresses.push(address);
  const sent = next(nextAttempt(call, { address }));
  if (picker.release === undefined) {
    return sent;
  }
  const stream = call.context.get(STREAM);
  if (stream === undefined) {
    return sent.finally(() => release(picker, instance, call));
  }
  // A stream settles with its first message, and is a load of its instance to its end.
  const ended = (): void => release(picker, instance, call);
  sent.then(() => stream.onEnd(ended), ended);
  return sent;
}

const releaseReport = new CallbackReport('release of the balancer');

/** In `finally` what it throws would replace the result of the call. */
function release(picker: Picker, instance: Instance, call: OutgoingCall): void {
  try {
    releaseReport.returned(picker.release?.(instance));
  } catch (error) {
    releaseReport.threw(error, `${call.service.name}.${call.method.name}`);
  }
}

/** A further attempt avoids the instances of earlier ones, unless there is no other. */
function pickUnvisited(picker: Picker, call: OutgoingCall): Instance | undefined {
  const visited = call.context.get(VISITED)?.addresses;
  if (visited === undefined || visited.length === 0) {
    return plainAnswer(picker.pick(call, NONE_EXCLUDED));
  }
  return plainAnswer(picker.pick(call, visited)) ?? plainAnswer(picker.pick(call, NONE_EXCLUDED));
}

function isUnsent(error: unknown): boolean {
  return (
    error instanceof ConnectError ||
    (error instanceof CircuitBreakerOpenError && error.scope === 'instance')
  );
}

function outOfTime(call: OutgoingCall, cause: unknown): RpcTimeoutError {
  return new RpcTimeoutError(
    call.timeoutMs ?? 0,
    `${call.service.name}.${call.method.name} ran out of time while looking for an instance`,
    { cause },
  );
}
