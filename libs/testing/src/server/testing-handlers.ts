import type { ThriftContext } from '@nestjs-thrift/microservice';
import type { MethodArguments, MethodName, MethodResult } from '../service-types.js';

/**
 * What serves the methods of a testing server, as a plain object: each handler takes the parameters in the order of the
 * IDL and then the context, and returns or throws as a controller would. Methods may be left out.
 */
export type ThriftTestingHandlers<Client> = {
  [Method in MethodName<Client>]?: (
    ...args: [...MethodArguments<Client, Method>, context: ThriftContext]
  ) => MethodResult<Client, Method> | Promise<MethodResult<Client, Method>>;
};

/** A handler whose types have been checked where it was given. */
export type AnyHandler = (...args: unknown[]) => unknown;
