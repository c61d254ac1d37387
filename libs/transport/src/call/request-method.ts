import {
  ThriftRpcError,
  type MethodDefinition,
  type RequestMethod,
  type ServiceDefinition,
} from '@nestjs-thrift/codec';

/** Whether a method takes one request message, and no side sends a stream. */
export function isRequestMethod(method: MethodDefinition): method is RequestMethod {
  return method.kind === 'unary' || method.kind === 'oneway';
}

/** Why a method with a stream cannot be called where calls have one request. */
function needsStream(service: ServiceDefinition, { name, kind }: MethodDefinition): ThriftRpcError {
  return new ThriftRpcError(
    'NOT_SUPPORTED',
    `${service.name}.${name} has a stream (kind ${kind}): it cannot be called with one request and one reply; open it with a typed client or send()`,
  );
}

/**
 * The method as one that takes a request message.
 *
 * @throws ThriftRpcError `NOT_SUPPORTED` for a method with a stream.
 */
export function requestMethod(service: ServiceDefinition, method: MethodDefinition): RequestMethod {
  if (!isRequestMethod(method)) {
    throw needsStream(service, method);
  }
  return method;
}

/** Whether calls of a method have a result other than `undefined`. */
export function returnsValue(method: RequestMethod): boolean {
  return method.kind === 'unary' && !method.returnsVoid;
}
