import type { ServiceDefinition } from '@nestjs-thrift/codec';

/** Whether a value is the definition of a service. */
export function isDefinition(service: unknown): service is ServiceDefinition {
  const { name, methods } = Object(service) as Partial<ServiceDefinition>;
  return (
    typeof service === 'object' &&
    typeof name === 'string' &&
    typeof methods === 'object' &&
    methods !== null
  );
}

/** What was given instead of a definition, with what it may come from. */
export function shownService(service: unknown): string {
  if (service === undefined) {
    return 'undefined; do two files import each other, or is the option missing?';
  }
  if (typeof service === 'function') {
    return `the class ${service.name || '(anonymous)'}; is it a controller or a client interface?`;
  }
  if (typeof service === 'object' && service !== null) {
    return 'an object that is not a definition';
  }
  return typeof service === 'string'
    ? `the string ${JSON.stringify(service)}`
    : String(service as never);
}

/**
 * @param where what needs the definition, as the message names it.
 * @throws TypeError for anything else, such as an import that is undefined.
 */
export function requireDefinition(
  service: unknown,
  where: string,
): asserts service is ServiceDefinition {
  if (!isDefinition(service)) {
    throw new TypeError(
      `${where} needs the definition of a service from the generated file, such as UserService; got ${shownService(service)}`,
    );
  }
}
