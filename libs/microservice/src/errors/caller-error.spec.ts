import { BadRequestException, type Type } from '@nestjs/common';
import { FILTER_CATCH_EXCEPTIONS } from '@nestjs/common/internal';
import { RpcException } from '@nestjs/microservices';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import {
  AccessDeniedError,
  ApplicationExceptionType,
  BizStatusError,
  CallContext,
  type IncomingCall,
  LimitExceededError,
  RemoteError,
} from '@nestjs-thrift/transport';
import { callStorage } from '@nestjs-thrift/transport/internal';
import { knowExceptionsOf, PublicErrorFilter } from './public-error.js';
import { isLogged, toCallerError } from './caller-error.js';

const replacement = { status: 'error', message: 'Internal server error' };

function newCall(...declared: (new () => Error)[]): IncomingCall {
  const exceptions = declared.map((type) => ({ field: type.name, type }));
  return { method: { exceptions }, context: new CallContext() } as unknown as IncomingCall;
}

/** Whether Nest gives an error to the filter; asks as Nest does. */
function isTaken(error: unknown): boolean {
  const types = Reflect.getMetadata(FILTER_CATCH_EXCEPTIONS, PublicErrorFilter) as Type[];
  return types.some((type) => error instanceof type);
}

function passOn(error: unknown, call: IncomingCall): void {
  callStorage.run({ call }, () => {
    expect(isTaken(error)).toBe(false);
  });
}

describe('PublicErrorFilter', () => {
  class Declared extends Error {}
  class Other extends Error {}

  it.each([
    ['an exception the method declares', new Declared(), true],
    ['a business status', new BizStatusError(1, 'no'), true],
    ['a refusal by a rule', new AccessDeniedError('no'), true],
    ['a refusal by a limit', new LimitExceededError('no'), true],
    ['any other error', new Other(), false],
    ['the answer of a service that was called', new RemoteError(6, 'no'), false],
    ['a value that is not an error', undefined, false],
  ])('judges %s', (_name, error, isOutcome) => {
    callStorage.run({ call: newCall(Declared) }, () => {
      expect(isTaken(error)).toBe(isOutcome);
    });
  });
});

describe('PublicErrorFilter, where the call is not carried', () => {
  class DeclaredSomewhere extends Error {}
  const methods = { get: { exceptions: [{ field: 'e', type: DeclaredSomewhere }] } };
  knowExceptionsOf({ name: 'Users', methods } as unknown as ServiceDefinition);

  it.each([
    ['an exception that any method declares', new DeclaredSomewhere(), true],
    ['a business status', new BizStatusError(1, 'no'), true],
    ['any other error', new Error('no'), false],
  ])('judges %s', (_name, error, isOutcome) => {
    expect(isTaken(error)).toBe(isOutcome);
  });

  it('leaves it to the log of Nest what the error was', () => {
    const call = newCall();
    expect(isTaken(new Error('secret'))).toBe(false);
    expect(toCallerError(replacement, call).message).toContain('Nest logged');
    expect(isLogged(call)).toBe(false);
  });
});

describe('toCallerError', () => {
  it('leaves errors as they are', () => {
    const error = new BizStatusError(7, 'no');
    expect(toCallerError(error, newCall())).toBe(error);
  });

  it('brings back the error that Nest replaced, and knows that Nest logged it', () => {
    const call = newCall();
    const error = new TypeError('secret');
    passOn(error, call);
    expect(toCallerError(replacement, call)).toBe(error);
    expect(isLogged(call)).toBe(true);
  });

  it('knows that Nest does not log HTTP exceptions', () => {
    const call = newCall();
    const error = new BadRequestException('no');
    passOn(error, call);
    expect(toCallerError(replacement, call)).toBe(error);
    expect(isLogged(call)).toBe(false);
  });

  it('keeps the calls apart', () => {
    const [first, second] = [newCall(), newCall()];
    passOn(new TypeError('of the first'), first);
    expect(toCallerError(replacement, second).message).not.toContain('first');
  });

  it('makes an error of what is none', () => {
    const call = newCall();
    passOn('boom', call);
    expect(toCallerError(replacement, call)).toEqual(new Error("a handler threw 'boom'"));
  });

  it('makes a business status of an RpcException with a code', () => {
    const thrown = new RpcException({
      code: 1002,
      message: 'no id',
      extra: { field: 'id', at: 3 },
    });
    const error = toCallerError(thrown.getError(), newCall());
    expect(error).toEqual(new BizStatusError(1002, 'no id', { field: 'id', at: '3' }));
  });

  it.each([
    [{ status: 'error', message: 'Forbidden resource' }, 'Forbidden resource'],
    [{ code: 0, message: 'zero is not a status' }, 'zero is not a status'],
    [{ code: 2 ** 31, message: 'too large' }, 'too large'],
    ['plain text', 'plain text'],
  ])('gives the text of any other RpcException to the caller: %j', (thrown, message) => {
    const error = toCallerError(thrown, newCall());
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ type: ApplicationExceptionType.INTERNAL_ERROR, message });
  });
});
