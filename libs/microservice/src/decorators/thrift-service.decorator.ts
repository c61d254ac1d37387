import { Controller, type ScopeOptions } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { PublicErrorFilter } from '../errors/public-error.filter.js';
import { bindMethod } from './bind-method.js';
import { NEST_METADATA } from './nest-metadata.js';
import { thriftMethodName } from './thrift-method.decorator.js';

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
      if (method !== undefined) bindMethod(controller, key, service, method);
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
