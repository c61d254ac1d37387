import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';

/**
 * A method of a service by its name.
 *
 * @throws TypeError that names the methods there are, if there is no such.
 */
export function serviceMethod(service: ServiceDefinition, name: string): MethodDefinition {
  const method = Object.hasOwn(service.methods, name) ? service.methods[name] : undefined;
  if (method !== undefined) return method;
  const known = Object.keys(service.methods).join(', ');
  throw new TypeError(`${service.name} has no method ${name}; it has ${known}`);
}
