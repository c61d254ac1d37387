import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { isDefinition, type Option, shownService } from '@nestjs-thrift/transport/internal';

/** An option that is a service, where a typo or a circular import would otherwise be found far away. */
export const SERVICE: Option<ServiceDefinition | string> = {
  default: undefined,
  allowed: 'a service definition or its name in the IDL',
  read(value, path, problems) {
    if (!isService(value)) {
      problems.push(
        `${path} must be a service definition or its name in the IDL; got ${shownService(value)}`,
      );
    }
    return value as ServiceDefinition | string;
  },
};

/**
 * Checks what users give as a service.
 *
 * @param where what needs the service, as the message names it.
 * @throws TypeError for anything but a definition or a name.
 */
export function requireService(
  service: unknown,
  where: string,
): asserts service is ServiceDefinition | string {
  if (!isService(service)) {
    throw new TypeError(
      `${where} needs the service: the definition from the generated file, such as UserService, or its name in the IDL; ` +
        `got ${shownService(service)}`,
    );
  }
}

function isService(service: unknown): service is ServiceDefinition | string {
  return typeof service === 'string' ? service !== '' : isDefinition(service);
}
