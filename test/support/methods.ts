import type { ServiceDefinition, UnaryMethod } from '@nestjs-thrift/codec';
import type { OnewayMethod } from '@nestjs-thrift/codec/internal';

/** A unary method of a service. */
export function unaryMethod(service: ServiceDefinition, name: string): UnaryMethod {
  return methodOf(service, name, 'unary') as UnaryMethod;
}

/** A oneway method of a service. */
export function onewayMethod(service: ServiceDefinition, name: string): OnewayMethod {
  return methodOf(service, name, 'oneway') as OnewayMethod;
}

function methodOf({ name: service, methods }: ServiceDefinition, name: string, kind: string) {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method?.kind !== kind) {
    throw new TypeError(`${service}.${name} is a ${method?.kind ?? 'missing'} method, not ${kind}`);
  }
  return method;
}
