import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingCall } from './incoming-call.js';

/**
 * Where asynchronous context finds the call being served. It is emptied when the call has ended: timers, queues and
 * lazily opened consumers that the handler started keep this object for life, and must keep neither the deadline and the
 * metadata of that one request nor its bytes.
 */
export interface CallScope {
  call: IncomingCall | undefined;
  /** What calls take over instead of the persistent metadata of `call`; absent where that applies. */
  readonly persistentMetadata?: ReadonlyMap<string, string>;
}

/** A call that can take its scope back. */
export interface ScopedCall extends IncomingCall {
  /** Absent where the call is not carried. */
  scope?: CallScope | undefined;
}

/** Carries the call being served through everything its handler awaits. */
export const callStorage = new AsyncLocalStorage<CallScope | undefined>();

let isEnabled = false;
let hasServedWithout = false;

/**
 * Makes servers of this process carry the call being served through everything its handler awaits, so that
 * {@link currentCall} finds it. A client does it by itself, because its calls inherit deadline and metadata. Up to
 * Node 22 carrying it more than doubles what every promise costs, so a server without clients does not do it.
 *
 * @example
 * enableCurrentCall();
 * const logger = pino({ mixin: () => ({ method: currentCall()?.method.name }) });
 */
export function enableCurrentCall(): void {
  isEnabled = true;
}

/**
 * Returns the call being served, seen from anywhere below its handler; `undefined` elsewhere, and once the call has been
 * answered. Work that a handler leaves running after its reply is bound by nothing of the request.
 *
 * @throws Error when calls have been served without carrying them, because neither a client nor
 *   {@link enableCurrentCall} asked for it.
 */
export function currentCall(): IncomingCall | undefined {
  const call = servedCall();
  if (call === undefined && hasServedWithout && !isEnabled) {
    throw new Error('currentCall() needs enableCurrentCall() to be called when the process starts');
  }
  return call;
}

/** As {@link currentCall}, for code that takes a call that is not carried for none. */
export function servedCall(): IncomingCall | undefined {
  return callStorage.getStore()?.call;
}

/** Returns the persistent values that a call made now takes over. */
export function inheritedMetadata(): ReadonlyMap<string, string> | undefined {
  return metadataOf(callStorage.getStore());
}

function metadataOf(scope: CallScope | undefined): ReadonlyMap<string, string> | undefined {
  return scope?.persistentMetadata ?? scope?.call?.persistentMetadata;
}

/**
 * Runs a function with persistent metadata: all calls made in it, and in everything it awaits, carry these values on every
 * hop. They are added to those already in force; those of the request being served end with its reply. For work that no Thrift request started: HTTP requests, messages of a queue,
 * scheduled jobs. A handler uses {@link IncomingCall.setPersistentMetadata}. Kitex: metainfo.WithPersistentValues.
 *
 * @param values without their prefix; empty keys and values are not sent.
 *
 * @example
 * await runWithPersistentMetadata({ tenant: 'a' }, () => this.users.GetUser({ user_id: 1n }));
 */
export function runWithPersistentMetadata<T>(
  values: Readonly<Record<string, string>>,
  run: () => T,
): T {
  const outer = callStorage.getStore();
  const own = Object.entries(values);
  const scope: CallScope =
    outer === undefined
      ? { call: undefined, persistentMetadata: new Map(own) }
      : {
          // The outer scope is emptied when its call has ended, and then gives no values either.
          get call() {
            return outer.call;
          },
          get persistentMetadata() {
            return new Map([...(metadataOf(outer) ?? []), ...own]);
          },
        };
  return callStorage.run(scope, run);
}

/**
 * Runs a function outside of the call being served: calls made in it, and in everything it starts, take over neither
 * deadline nor persistent metadata. For work that should outlive the reply, such as a queue that is filled lazily.
 *
 * @example
 * runOutsideCall(() => this.audit.record(entry));
 */
export function runOutsideCall<T>(run: () => T): T {
  // The first context of a process makes all its promises cost more, so none is made where there is none to leave.
  return callStorage.getStore() === undefined ? run() : callStorage.run(undefined, run);
}

/** Runs a handler where {@link currentCall} finds its call, if a client or {@link enableCurrentCall} asked for it. */
export function runHandler<A extends unknown[], T>(
  call: ScopedCall,
  handler: (...args: A) => T,
  ...args: A
): T {
  if (isEnabled) {
    const scope = { call };
    call.scope = scope;
    return callStorage.run(scope, handler, ...args);
  }
  hasServedWithout = true;
  return handler(...args);
}
