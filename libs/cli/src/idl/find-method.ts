import { allMethods, type MethodSchema, type Schema, type ServiceSchema } from '@nestjs-thrift/idl';
import { CommandFailure, EXIT_CODES } from '../terminal/exit-codes.js';

/** A service and the file it is defined in. */
export interface FoundService {
  readonly file: string;
  readonly service: ServiceSchema;
}

/** A method that was named on the command line. */
export interface FoundMethod extends FoundService {
  readonly method: MethodSchema;
}

/** All services of the IDL, those of the root file first. */
export function servicesOf({ root, files }: Schema): FoundService[] {
  const paths = [root, ...Object.keys(files).filter((path) => path !== root)];
  return paths.flatMap((file) => files[file]!.services.map((service) => ({ file, service })));
}

/**
 * The method that `Service.Method` names.
 *
 * @throws CommandFailure that lists what there is.
 */
export function findMethod(schema: Schema, name: string): FoundMethod {
  const dot = name.lastIndexOf('.');
  if (dot <= 0) {
    throw usage(`"${name}" names no method: write Service.Method, such as ${example(schema)}`);
  }
  const [serviceName, methodName] = [name.slice(0, dot), name.slice(dot + 1)];
  const found = servicesOf(schema).find(({ service }) => service.name === serviceName);
  if (found === undefined) {
    const names = servicesOf(schema).map(({ service }) => service.name);
    throw usage(`the IDL has no service ${serviceName}; it has ${names.join(', ') || 'none'}`);
  }
  const methods = allMethods(schema, found.service);
  const method = methods.find((candidate) => candidate.name === methodName);
  if (method === undefined) {
    const names = methods.map((candidate) => candidate.name);
    throw usage(`${serviceName} has no method ${methodName}; it has ${names.join(', ') || 'none'}`);
  }
  return { ...found, method };
}

function example(schema: Schema): string {
  for (const { service } of servicesOf(schema)) {
    const [method] = allMethods(schema, service);
    if (method !== undefined) {
      return `${service.name}.${method.name}`;
    }
  }
  return 'UserService.GetUser';
}

function usage(message: string): CommandFailure {
  return new CommandFailure(EXIT_CODES.USAGE, message);
}
