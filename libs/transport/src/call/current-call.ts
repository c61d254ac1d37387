import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingCall } from './incoming-call.js';

/** Carries the call being served through everything its handler awaits. */
export const callStorage = new AsyncLocalStorage<IncomingCall>();

let isEnabled = false;
let hasServedWithout = false;

/**
 * Makes servers of this process carry the call being served through everything its handler awaits, so that
 * {@link currentCall} finds it. A client does it by itself, because its calls inherit deadline and metadata. Up to
 * Node 22 carrying it more than doubles what every promise costs, so a server that nobody asks does without.
 *
 * @example
 * enableCurrentCall();
 * const logger = pino({ mixin: () => ({ method: currentCall()?.method.name }) });
 */
export function enableCurrentCall(): void {
  isEnabled = true;
}

/**
 * The call being served, seen from anywhere below its handler; `undefined` elsewhere.
 *
 * @throws Error when calls have been served without carrying them, because neither a client nor
 *   {@link enableCurrentCall} asked for it.
 */
export function currentCall(): IncomingCall | undefined {
  const call = callStorage.getStore();
  if (call === undefined && hasServedWithout && !isEnabled) {
    throw new Error('currentCall() needs enableCurrentCall() to be called when the process starts');
  }
  return call;
}

/** Runs a handler where {@link currentCall} finds its call, if anybody wants to. */
export function runHandler<A extends unknown[], T>(
  call: IncomingCall,
  handler: (...args: A) => T,
  ...args: A
): T {
  if (isEnabled) return callStorage.run(call, handler, ...args);
  hasServedWithout = true;
  return handler(...args);
}
