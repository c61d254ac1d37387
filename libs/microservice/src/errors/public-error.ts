import { Catch, type ExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import type { DeclaredException, ServiceDefinition } from '@nestjs-thrift/codec';
import { BizStatusError, type IncomingCall } from '@nestjs-thrift/transport';
import { isRejection, servedCall } from '@nestjs-thrift/transport/internal';

const passedOn = new WeakMap<IncomingCall, unknown>();
const declaredTypes = new Set<DeclaredException['type']>();

/** Makes the exceptions that a service declares known, for processes that do not carry the call being served. */
export function knowExceptionsOf({ methods }: ServiceDefinition): void {
  for (const { exceptions } of Object.values(methods)) {
    for (const { type } of exceptions) {
      declaredTypes.add(type);
    }
  }
}

/**
 * What a handler may throw for its caller: the exceptions its method declares, business status errors, and refusals by a
 * limit or an access rule. Where the call is not carried, exceptions that any method declares count: the transport
 * answers those of other methods as it answers every unknown error.
 *
 * Nest asks `instanceof` for every error that no filter of the class or the method took. Everything else goes on to
 * global filters and in the end to Nest's own, which replaces it by a text; it is noted here, so that the transport and
 * its observers see what really happened.
 */
export abstract class PublicError {
  static [Symbol.hasInstance](error: unknown): boolean {
    // A subclass inherits this function; it must not accept what it did not make.
    if (this !== PublicError) {
      return Function.prototype[Symbol.hasInstance].call(this, error);
    }
    const call = servedCall();
    return call === undefined ? isPublic(error, call) : isForCaller(error, call);
  }
}

/** Lets what is meant for the caller through as it is; Nest would replace it by "Internal server error". */
@Catch(PublicError)
export class PublicErrorFilter implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/** Whether a handler of the call threw `error` for its caller; if not, it is noted as what Nest replaces. */
export function isForCaller(error: unknown, call: IncomingCall): boolean {
  if (isPublic(error, call)) {
    return true;
  }
  passedOn.set(call, error);
  return false;
}

/** The error of a call that was left to global filters or to Nest; `undefined` where the call is not carried. */
export function errorPassedOn(call: IncomingCall): unknown {
  return passedOn.get(call);
}

function isPublic(error: unknown, call: IncomingCall | undefined): boolean {
  return error instanceof BizStatusError || isRejection(error) || isDeclared(error, call);
}

function isDeclared(error: unknown, call: IncomingCall | undefined): boolean {
  if (call !== undefined) {
    return call.method.exceptions.some(({ type }) => error instanceof type);
  }
  for (const type of declaredTypes) {
    if (error instanceof type) {
      return true;
    }
  }
  return false;
}
