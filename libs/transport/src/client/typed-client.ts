import type { RequestMethod, ServiceDefinition, StreamMethod } from '@nestjs-thrift/codec';
import {
  defineEntry,
  propertyOfMethod,
  setEntry,
  type FieldValues,
} from '@nestjs-thrift/codec/internal';
import type { CallOptions } from '../call/call-options.js';
import { isRequestMethod } from '../call/request-method.js';
import type { StreamInvoker } from '../stream/stream-invoker.js';
import type { MethodInvoker } from './method-invoker.js';

/**
 * A client as a generated `XServiceClient` describes it: one function per method, taking the parameters in the order of
 * the IDL and then the options of the call. Methods with a stream return the stream. The method `then` is called `then_`: a client must not be a thenable.
 */
export function createTypedClient<Client>(
  service: ServiceDefinition<Client>,
  invokerOf: (method: RequestMethod) => MethodInvoker,
  streamInvokerOf: (method: StreamMethod) => StreamInvoker,
): Client {
  const client: Record<string, unknown> = {};
  for (const method of Object.values(service.methods)) {
    const call = isRequestMethod(method)
      ? typedMethod(method.parameters, invokerOf(method))
      : streamInvokerOf(method);
    defineEntry(client, propertyOfMethod(method.name), call);
  }
  return client as Client;
}

function typedMethod(parameters: readonly string[], invoke: MethodInvoker): unknown {
  if (parameters.length === 0) {
    return (options?: CallOptions) => invoke({}, options);
  }
  if (parameters.length === 1) {
    const [name] = parameters as [string];
    return (value: unknown, options?: CallOptions) => invoke({ [name]: value }, options);
  }
  return (...values: unknown[]) => {
    const args: FieldValues = {};
    for (const [index, name] of parameters.entries()) {
      setEntry(args, name, values[index]);
    }
    return invoke(args, values[parameters.length] as CallOptions | undefined);
  };
}
