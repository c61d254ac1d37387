import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import { propertyOfMethod } from '@nestjs-thrift/codec/internal';
import type { CallOptions } from '@nestjs-thrift/microservice';
import type { ErrorRenderer } from '../answer/error-renderer.js';
import type { JsonWriter } from '../answer/json-writers.js';
import type { ResultRenderer } from '../answer/result-renderer.js';
import type { BoundArguments } from '../binding/request-binder.js';

/** A method that requests of some routes call. */
export interface GatewayMethod {
  readonly results: ResultRenderer;
  readonly errors: ErrorRenderer;
  /** Writes a message of a stream; methods without one have none. */
  readonly writeMessage: JsonWriter | undefined;
  /** Calls the method. @returns a promise of the result, or a stream of the messages of the server */
  call(args: BoundArguments, options: CallOptions): unknown;
}

type Call = (...parameters: unknown[]) => unknown;

/** The function of a typed client for a method, with the arguments by name. @throws Error if the client has no such method. */
export function callOf(
  client: unknown,
  service: string,
  method: string,
  parameters: readonly string[],
): GatewayMethod['call'] {
  const functions = client as Readonly<Record<string, unknown>>;
  const property = propertyOfMethod(method);
  const found = Object.hasOwn(functions, property) ? functions[property] : undefined;
  if (typeof found !== 'function') {
    throw new Error(
      `the client of ${service} has no method ${method}: its definition is of another version of the IDL`,
    );
  }
  const call = found as Call;
  const [only] = parameters;
  if (only !== undefined && parameters.length === 1) {
    return (args, options) => call(args[only], options);
  }
  return (args, options) => call(...parameters.map((name) => args[name]), options);
}

/** The definition of a method in a generated definition of its service. */
export function methodOf(
  service: ServiceDefinition | string,
  method: string,
): MethodDefinition | undefined {
  if (typeof service === 'string') {
    return undefined;
  }
  return Object.hasOwn(service.methods, method) ? service.methods[method] : undefined;
}
