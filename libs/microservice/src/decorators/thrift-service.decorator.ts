import 'reflect-metadata';
import { Controller, type ScopeOptions } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { methodOfProperty } from '@nestjs-thrift/codec/internal';
import { PublicErrorFilter } from '../errors/public-error.js';
import { bindMethod, NEST_METADATA } from './bind-method.js';

const METHOD_NAME = Symbol('nestjs-thrift:method-name');

/**
 * Makes a method of a `@ThriftService` class serve the method of the same name in the IDL, or the one named.
 *
 * The handler gets the request first and the {@link ThriftContext} second. The request of a method with one parameter
 * is that parameter; otherwise it is an object of the parameters by their names. A handler that declares one parameter
 * (`(request, ...rest)` and `(request, context = none)` count as one) gets the request alone. `@Payload()` and `@Ctx()` work too.
 * It may return a value, a Promise or an Observable, whose last value is the result.
 *
 * @param name name of the method in the IDL. Default: the name of the decorated method; `then_` serves
 *   `then`, as a controller must not be a thenable.
 */
export function ThriftMethod(name?: string): MethodDecorator {
  return (_target, key, descriptor: PropertyDescriptor) => {
    Reflect.defineMetadata(
      METHOD_NAME,
      name ?? methodOfProperty(String(key)),
      descriptor.value as object,
    );
  };
}

/** Name in the IDL of what a decorated function serves. */
export function thriftMethodName(callback: object): string | undefined {
  return Reflect.getMetadata(METHOD_NAME, callback) as string | undefined;
}

const scanner = new MetadataScanner();

/**
 * Makes a class the controller of a Thrift service; its methods decorated with {@link ThriftMethod} serve the methods
 * of the service. A server refuses to start when a method has no handler, or several.
 *
 * Declared exceptions, business status errors and this project's own errors reach the caller as they are thrown, also
 * beside a global filter that catches everything; filters of the class and of its methods come first.
 *
 * @param service the generated definition, or its name when the IDL is loaded at run time (`idl` of
 *   `ThriftModule.forRoot` or of the server).
 * @param options `{ scope: Scope.REQUEST }` for a new instance per call. Default: one instance.
 */
export function ThriftService(
  service: ServiceDefinition | string,
  options: ScopeOptions = {},
): ClassDecorator {
  return (target) => {
    const controller = target as unknown as abstract new (...args: never[]) => object;
    Controller(options)(target);
    prependFilter(controller);
    const prototype = controller.prototype as Record<string, object>;
    for (const key of scanner.getAllMethodNames(prototype)) {
      const method = thriftMethodName(prototype[key]!);
      if (method !== undefined) {
        bindMethod(controller, key, service, method);
      }
    }
  };
}

/** Nest asks filters from the last to the first: what stands first comes after the user's own, and before global ones. */
function prependFilter(controller: object): void {
  const filters = (Reflect.getMetadata(NEST_METADATA.exceptionFilters, controller) ??
    []) as unknown[];
  const own = filters.filter((filter) => filter !== PublicErrorFilter);
  Reflect.defineMetadata(NEST_METADATA.exceptionFilters, [PublicErrorFilter, ...own], controller);
}
