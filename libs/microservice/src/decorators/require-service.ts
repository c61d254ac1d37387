import type { ServiceDefinition } from '@nestjs-thrift/codec';

/**
 * Checks what users give as a service, where a typo or a circular import would otherwise be found far away.
 *
 * @param where what needs the service, as the message names it.
 * @throws TypeError for anything but a definition or a name.
 */
export function requireService(
  service: unknown,
  where: string,
): asserts service is ServiceDefinition | string {
  if ((typeof service === 'string' && service !== '') || isDefinition(service)) {
    return;
  }
  throw new TypeError(
    `${where} needs the service: the definition from the generated file, such as UserService, or its name in the IDL; ` +
      `got ${described(service)}`,
  );
}

function isDefinition(service: unknown): boolean {
  const { name, methods } = Object(service) as Partial<ServiceDefinition>;
  return typeof name === 'string' && typeof methods === 'object' && methods !== null;
}

function described(service: unknown): string {
  if (service === undefined) {
    return 'undefined; do two files import each other, or is the option missing?';
  }
  if (typeof service === 'function') {
    return `the class ${service.name || '(anonymous)'}; is it a controller or a client interface?`;
  }
  return typeof service === 'object' && service !== null
    ? 'an object that is not a definition'
    : String(service as never);
}
