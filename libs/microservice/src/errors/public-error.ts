import {
  AclError,
  BizStatusError,
  type IncomingCall,
  OverLimitError,
  currentCall,
} from '@nestjs-thrift/transport';

const passedOn = new WeakMap<IncomingCall, unknown>();

/**
 * What a handler may throw for its caller: the exceptions its method declares, business status errors, and refusals by a
 * limit or an access rule.
 *
 * Nest asks `instanceof` for every error that no filter of the class or the method took. Everything else goes on to
 * global filters and in the end to Nest's own, which replaces it by a text; it is noted here, so that the transport and
 * its observers see what really happened.
 */
export abstract class PublicError {
  static [Symbol.hasInstance](error: unknown): boolean {
    const call = currentCall();
    if (isPublic(error, call)) return true;
    if (call !== undefined) passedOn.set(call, error);
    return false;
  }
}

/** The error of a call that was left to global filters or to Nest. */
export function errorPassedOn(call: IncomingCall): unknown {
  return passedOn.get(call);
}

function isPublic(error: unknown, call: IncomingCall | undefined): boolean {
  return (
    error instanceof BizStatusError ||
    error instanceof AclError ||
    error instanceof OverLimitError ||
    (call !== undefined && call.method.exceptions.some(({ type }) => error instanceof type))
  );
}
