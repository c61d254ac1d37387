import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { CompiledSchema } from '@nestjs-thrift/codec/compiler';
import { listOf } from '@nestjs-thrift/transport/internal';
import { SERVICE } from '../decorators/require-service.js';
import { compileIdl, type IdlOptions } from './compile-idl.js';

/** The option that says which services a client calls or a server offers. */
export const SERVICES_OPTION = listOf(SERVICE);

/** @throws TypeError for services that are given by name, if there is no IDL to find them in. */
export function requireIdl(
  services: readonly (ServiceDefinition | string)[],
  idl: IdlOptions | undefined,
): void {
  const names = services.filter((service) => typeof service === 'string');
  if (names.length > 0 && idl === undefined) {
    throw new TypeError(
      `the service ${names.join(', ')} is given by name: set "idl", or use the generated definition`,
    );
  }
}

/**
 * Definitions of services, in the order given; those given by name are looked up in the IDL.
 *
 * @throws TypeError for a name without an IDL; Error for one that the IDL does not have, or has in several of its files.
 */
export async function resolveServices(
  services: readonly (ServiceDefinition | string)[],
  idl: IdlOptions | undefined,
): Promise<ServiceDefinition[]> {
  requireIdl(services, idl);
  if (idl === undefined || services.every((service) => typeof service !== 'string')) {
    return services as ServiceDefinition[];
  }
  const schema = await compileIdl(idl);
  return services.map((service) =>
    typeof service === 'string' ? findService(schema, service, idl.path) : service,
  );
}

function findService(compiled: CompiledSchema, name: string, path: string): ServiceDefinition {
  const { root, files } = compiled.schema;
  const found = Object.values(files).filter((file) =>
    file.services.some((service) => service.name === name),
  );
  const file = found.find((candidate) => candidate.path === root) ?? found[0];
  if (file === undefined) {
    const known = Object.values(files).flatMap((each) => each.services.map((each) => each.name));
    throw new Error(`${path} has no service ${name}; it has ${known.join(', ') || 'none'}`);
  }
  if (file.path !== root && found.length > 1) {
    throw new Error(`${name} is in ${found.map((each) => each.path).join(' and ')}: name one file`);
  }
  return compiled.service({ file: file.path, name });
}
