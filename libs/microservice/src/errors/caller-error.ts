import { inspect, types } from 'node:util';
import {
  BadRequestException,
  IntrinsicException,
  UnprocessableEntityException,
} from '@nestjs/common';
import {
  ApplicationExceptionType,
  BizStatusError,
  ContextKey,
  type IncomingCall,
  RemoteError,
} from '@nestjs-thrift/transport';
import { markInvalidPayload } from '@nestjs-thrift/transport/internal';
import { errorPassedOn } from './public-error.js';

/** Nest's replacement of an unhandled error. */
const NEST_REPLACEMENT = 'Internal server error';

const LOGGED_BY_NEST = new ContextKey<true>('microservice.loggedByNest');

/** Whether Nest has logged the error of a call already. */
export function isLogged(call: IncomingCall): boolean {
  return call.context.get(LOGGED_BY_NEST) === true;
}

/**
 * Turns what came out of Nest's pipeline into what the transport answers with.
 *
 * | out of the pipeline | becomes |
 * | --- | --- |
 * | an Error | itself: the transport knows which ones callers may see |
 * | Nest's replacement of an unhandled error | the error that was thrown; where the call is not carried, only Nest's log has it |
 * | an RpcException with an object that has a `code` | BizStatusError of code, `message` and `extra` |
 * | any other RpcException | RemoteError INTERNAL_ERROR with its text, which is meant for the caller |
 */
export function toCallerError(error: unknown, call: IncomingCall): Error {
  if (isError(error)) {
    return error;
  }
  const fields = (typeof error === 'object' && error !== null ? error : {}) as {
    status?: unknown;
    code?: unknown;
    message?: unknown;
    extra?: unknown;
  };
  const message = typeof fields.message === 'string' ? fields.message : String(error);
  if (fields.status === 'error' && message === NEST_REPLACEMENT) {
    return replacedError(call);
  }
  if (isBizStatusCode(fields.code)) {
    return new BizStatusError(fields.code, message, textsOf(fields.extra));
  }
  return new RemoteError(ApplicationExceptionType.INTERNAL_ERROR, message);
}

function replacedError(call: IncomingCall): Error {
  const original = errorPassedOn(call);
  if (original === undefined) {
    return new Error('the error of a handler that Nest logged');
  }
  // Nest does not log what it takes for an answer, such as an HttpException.
  if (!(original instanceof IntrinsicException)) {
    call.context.set(LOGGED_BY_NEST, true);
  }
  if (isError(original)) {
    markBadRequest(original);
    return original;
  }
  return new Error(`a handler threw ${inspect(original)}`);
}

/** Nest's pipes reject a payload with such an exception. */
function markBadRequest(error: Error): void {
  if (!(error instanceof BadRequestException || error instanceof UnprocessableEntityException)) {
    return;
  }
  const response = error.getResponse();
  const { message } = (typeof response === 'object' ? response : {}) as { message?: unknown };
  const text = Array.isArray(message) ? message.join(', ') : error.message;
  markInvalidPayload(error, `invalid payload: ${text}`);
}

function isError(error: unknown): error is Error {
  return types.isNativeError(error) || error instanceof Error;
}

function isBizStatusCode(code: unknown): code is number {
  return typeof code === 'number' && code !== 0 && code === (code | 0);
}

function textsOf(extra: unknown): Record<string, string> {
  if (typeof extra !== 'object' || extra === null) {
    return {};
  }
  return Object.fromEntries(Object.entries(extra).map(([key, value]) => [key, String(value)]));
}
