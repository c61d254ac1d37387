import { Catch, type ExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import type { DeclaredException, ServiceDefinition } from '@nestjs-thrift/codec';
import { BizStatusError, ContextKey, type IncomingCall } from '@nestjs-thrift/transport';
import { isRejection, servedCall } from '@nestjs-thrift/transport/internal';

/** The error of a handler that is not for its caller, as it was thrown. */
const HANDLER_ERROR = new ContextKey<unknown>('microservice.handlerError');
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
 * Nest asks it for every error that no other filter of the class or the method took. Everything else goes on to global filters and
 * in the end to Nest's own, which replaces it by a text. So the error is kept in the context of the call here. The class is not exported,
 * so that nothing but Nest can ask, and asking twice changes nothing.
 *
 * Nest 11 and 12 have no other place where that error can be seen:
 * - `selectExceptionFilterMetadata` picks filters with `instanceof` alone, and a filter without a type takes the error from global filters.
 * - Interceptors miss the errors of guards. The hooks around guards of Nest 12 run before filters: they do not see which one took the error.
 * - `ExceptionFiltersContext` makes an `RpcExceptionsHandler`, with Nest's own filter, for each method. A global filter that is asked last
 *   cannot be added by a module: a microservice of a hybrid application has a configuration that no provider gets.
 */
abstract class ErrorAtFilter {
  static [Symbol.hasInstance](error: unknown): boolean {
    const call = servedCall();
    return call === undefined ? isPublic(error, call) : isForCaller(error, call);
  }
}

/** Lets what is meant for the caller through as it is; Nest would replace it by "Internal server error". */
@Catch(ErrorAtFilter)
export class PublicErrorFilter implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/** Whether a handler of the call threw `error` for its caller; if not, the context of the call keeps what Nest replaces. */
export function isForCaller(error: unknown, call: IncomingCall): boolean {
  if (isPublic(error, call)) {
    return true;
  }
  call.context.set(HANDLER_ERROR, error);
  return false;
}

/** The error of a call that was left to global filters or to Nest; `undefined` where the call is not carried. */
export function errorPassedOn(call: IncomingCall): unknown {
  return call.context.get(HANDLER_ERROR);
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
