import type { MethodDefinition, RequestMethod, ServiceDefinition } from '@nestjs-thrift/codec';
import { methodOfProperty } from '@nestjs-thrift/codec/internal';
import { requestMethod } from '@nestjs-thrift/transport/internal';

/**
 * A method of a service by its name in the generated client.
 *
 * @throws TypeError that names the methods there are, if there is no such; ThriftRpcError `NOT_SUPPORTED` for a method with a stream.
 */
export function serviceMethod(service: ServiceDefinition, property: string): RequestMethod {
  return requestMethod(service, anyMethod(service, property));
}

/** As {@link serviceMethod}, also for a method with a stream. */
export function anyMethod(service: ServiceDefinition, property: string): MethodDefinition {
  const name = methodOfProperty(property);
  const method = Object.hasOwn(service.methods, name) ? service.methods[name] : undefined;
  if (method !== undefined) {
    return method;
  }
  const known = Object.keys(service.methods).join(', ');
  throw new TypeError(`${service.name} has no method ${name}; it has ${known}`);
}

/** The methods of a client type; those of a definition made at run time, which has no type, are not checked. */
export type ClientMethods<Client> = unknown extends Client
  ? Record<string, (...args: unknown[]) => Promise<unknown>>
  : Client;

/** Names of the methods of a generated client. */
export type MethodName<Client> = Extract<keyof ClientMethods<Client>, string>;

/** Parameters of a method in the order of the IDL, without the options of the call behind them. */
export type MethodArguments<
  Client,
  Method extends MethodName<Client>,
> = ClientMethods<Client>[Method] extends (...args: infer Parameters) => unknown
  ? WithoutOptions<Parameters>
  : never;

/** What a method returns. */
export type MethodResult<
  Client,
  Method extends MethodName<Client>,
> = ClientMethods<Client>[Method] extends (...args: never[]) => infer Result
  ? Awaited<Result>
  : never;

type WithoutOptions<Parameters extends unknown[]> = unknown[] extends Parameters
  ? unknown[]
  : Required<Parameters> extends [...infer Arguments, unknown]
    ? Arguments
    : [];
