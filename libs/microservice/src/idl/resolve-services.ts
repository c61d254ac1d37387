import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { CompiledSchema } from '@nestjs-thrift/codec/compiler';
import { isObject, listOf, option } from '@nestjs-thrift/transport/internal';
import { compileIdl, type IdlOptions } from './compile-idl.js';

/** The option that says which services a client calls or a server offers. */
export const SERVICES_OPTION = listOf(
  option<ServiceDefinition | string>(
    'a service definition or its name in the IDL',
    (value) => isObject(value) || typeof value === 'string',
  ),
);

/**
 * Definitions of services, in the order given; those given by name are looked up in the IDL.
 *
 * @throws Error for a name without an IDL, or one that the IDL does not have, or has in several of its files.
 */
export async function resolveServices(
  services: readonly (ServiceDefinition | string)[],
  idl: IdlOptions | undefined,
): Promise<ServiceDefinition[]> {
  const names = services.filter((service) => typeof service === 'string');
  if (names.length === 0) {
    return services as ServiceDefinition[];
  }
  if (idl === undefined) {
    throw new Error(
      `the service ${names.join(', ')} is given by name: set "idl", or use the generated definition`,
    );
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
