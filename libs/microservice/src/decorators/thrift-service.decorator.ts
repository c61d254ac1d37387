import 'reflect-metadata';
import { Controller, type ScopeOptions } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { methodOfProperty } from '@nestjs-thrift/codec/internal';
import { PublicErrorFilter } from '../errors/public-error.js';
import type { ControllerClass } from './handler-binding.js';
import { bindMethod, NEST_METADATA } from './bind-method.js';
import { requireService } from './require-service.js';
import type { ControllerOf, HandlerOf } from './typed-handlers.js';

const METHOD_NAME = Symbol('nestjs-thrift:method-name');

/**
 * Makes a method of a `@ThriftService` class serve the method of the same name in the IDL, or the one named.
 *
 * The handler gets the request first and the {@link ThriftContext} second. The request of a method with one parameter
 * is that parameter; otherwise it is an object of the parameters by their names. A handler that declares one parameter
 * (`(request, ...rest)` and `(request, context = none)` count as one) gets the request alone. `@Payload()` and `@Ctx()` work too.
 * It may return a value, a Promise or an Observable, whose last value is the result.
 *
 * With the service, a name that the service does not have, a wrong parameter and a wrong result do not compile. Without it
 * `@ThriftService` checks parameters and results of methods that have the names of the IDL, and the server checks names as it
 * starts.
 *
 * @param name name of the method in the IDL. Default: the name of the decorated method; `then_` serves
 *   `then`, as a controller must not be a thenable.
 *
 * @example
 * ```ts
 * @ThriftMethod(UserService, 'GetUser')
 * findOne(request: GetUserRequest): GetUserResponse { … }
 * ```
 */
export function ThriftMethod(name?: string): MethodDecorator;
export function ThriftMethod<Client, Name extends keyof Client & string>(
  service: ServiceDefinition<Client>,
  name: Name,
): TypedMethodDecorator<HandlerOf<Client[Name]>>;
export function ThriftMethod<Client>(
  service: ServiceDefinition<Client>,
): <Name extends keyof Client & string, Handler extends HandlerOf<Client[Name]>>(
  target: object,
  key: Name,
  descriptor: TypedPropertyDescriptor<Handler>,
) => void;
export function ThriftMethod(
  nameOrService?: string | ServiceDefinition,
  nameOfService?: string,
): MethodDecorator {
  const name = typeof nameOrService === 'string' ? nameOrService : nameOfService;
  return (target, key, descriptor: PropertyDescriptor | undefined) => {
    if (typeof descriptor?.value !== 'function') {
      throw new TypeError(
        `@ThriftMethod on ${target.constructor.name}.${String(key)} needs a method; got a property`,
      );
    }
    Reflect.defineMetadata(
      METHOD_NAME,
      name ?? methodOfProperty(String(key)),
      descriptor.value as object,
    );
  };
}

/** Decorates methods that serve a method of a service. */
type TypedMethodDecorator<Handler> = <Method extends Handler>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

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
 * next to a global filter that catches everything; filters of the class and of its methods come first.
 *
 * Methods with the name of a method of the service have to take its request and return its result, or the class does not compile.
 *
 * @param service the generated definition, or its name when the IDL is loaded at run time (`idl` of
 *   `ThriftModule.forRoot` or of the server).
 * @param options `{ scope: Scope.REQUEST }` for a new instance per call. Default: one instance.
 * @throws TypeError that names the class if the service is neither, as with a circular import.
 */
export function ThriftService<Client = unknown>(
  service: ServiceDefinition<Client> | string,
  options: ScopeOptions = {},
): <Class extends ControllerClass>(target: ControllerOf<Client, Class>) => void {
  return (target) => {
    const controller: ControllerClass = target;
    requireService(service, `@ThriftService of ${controller.name}`);
    Controller(options)(controller);
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
