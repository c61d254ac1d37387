import {
  ThriftRpcError,
  type MethodDefinition,
  type RequestMethod,
  type ServiceDefinition,
} from '@nestjs-thrift/codec';

/** Whether a method takes a request message, which is what this transport carries; streams are declared only. */
export function isRequestMethod(method: MethodDefinition): method is RequestMethod {
  return method.kind === 'unary' || method.kind === 'oneway';
}

/** Why a method with a stream can be neither called nor served. */
export function streamNotSupported(
  service: ServiceDefinition,
  { name, kind }: MethodDefinition,
): ThriftRpcError {
  return new ThriftRpcError(
    'NOT_SUPPORTED',
    `${service.name}.${name} has a stream (kind ${kind}), and streams are not supported yet: declare a unary or oneway method`,
  );
}

/**
 * The method as one that takes a request message.
 *
 * @throws ThriftRpcError `NOT_SUPPORTED` for a method with a stream.
 */
export function requestMethod(service: ServiceDefinition, method: MethodDefinition): RequestMethod {
  if (!isRequestMethod(method)) {
    throw streamNotSupported(service, method);
  }
  return method;
}

/** Whether calls of a method have a result other than `undefined`. */
export function returnsValue(method: RequestMethod): boolean {
  return method.kind === 'unary' && !method.returnsVoid;
}
