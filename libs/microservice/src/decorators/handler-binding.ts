import type { ServiceDefinition } from '@nestjs-thrift/codec';

/** A class that `@ThriftService` decorates. */
export type ControllerClass = abstract new (...args: never[]) => object;

/** Which controller method serves which method of which service: what {@link ThriftService} tells the server through Nest. */
export interface HandlerBinding {
  /** The definition, or its name when the IDL is loaded at run time. */
  readonly service: ServiceDefinition | string;
  /** Name of the method in the IDL. */
  readonly method: string;
  /** `Class.method` of the controller, for messages. */
  readonly handler: string;
  readonly controller: ControllerClass;
  /** Name of the controller's method. */
  readonly key: string;
  /** Whether it gets the context after the payload; `undefined` where parameter decorators say what it gets. */
  readonly takesContext: boolean | undefined;
}

/**
 * Key of the binding among a handler's extras. A symbol, because Nest serialises extras for its graph and a definition
 * is not plain data.
 */
export const HANDLER_BINDING = Symbol('nestjs-thrift:handler-binding');

/** The binding of a handler, if `@ThriftService` made it. */
export function bindingOf(extras: object | undefined): HandlerBinding | undefined {
  return (extras as { [HANDLER_BINDING]?: HandlerBinding } | undefined)?.[HANDLER_BINDING];
}

/** The name of a service that is given by its definition or by name. */
export function serviceName(service: ServiceDefinition | string): string {
  return typeof service === 'string' ? service : service.name;
}

/** The pattern a handler is bound to in Nest. */
export function patternOf(service: ServiceDefinition | string, method: string): string {
  return `${serviceName(service)}.${method}`;
}
