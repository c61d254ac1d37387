import { nearestName } from '@nestjs-thrift/codec/internal';
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

const MAX_LISTED = 20;

/** Paths of the files, the root first. */
export function filesOf({ root, files }: Schema): string[] {
  return [root, ...Object.keys(files).filter((path) => path !== root)];
}

/** All services of the IDL, those of the root file first. */
export function servicesOf(schema: Schema): FoundService[] {
  return filesOf(schema).flatMap((file) =>
    schema.files[file]!.services.map((service) => ({ file, service })),
  );
}

/**
 * The names that stand for a definition, the shortest first: `User`, with the name of the file `shared.User`, and with its path
 * `idl/shared.thrift:User`.
 */
export function namesOf(schema: Schema, file: string, name: string): string[] {
  return [name, `${schema.files[file]!.name}.${name}`, `${file}:${name}`];
}

/** The shortest name that stands for nothing else. */
export function shortestName<T>(
  item: T,
  namesOfItem: (item: T) => readonly string[],
  all: readonly T[],
): string {
  const names = namesOfItem(item);
  const isOwn = (name: string) =>
    all.every((other) => other === item || !namesOfItem(other).includes(name));
  return names.find(isOwn) ?? names.at(-1)!;
}

/**
 * The method that a name stands for: `Service.Method`, `Service/Method`, with the file `shared.Service.Method`, or `Method` where
 * only one service has it.
 *
 * @throws CommandFailure that lists what there is, or what the name could stand for
 */
export function findMethod(schema: Schema, name: string): FoundMethod {
  const wanted = name.replace(/\/(?=\w+$)/, '.');
  const methods = methodsOf(schema);
  const names = (found: FoundMethod) => namesOfMethod(schema, found);
  const found = methods.filter((method) => names(method).includes(wanted));
  const [only] = found;
  if (found.length === 1 && only !== undefined) {
    return only;
  }
  if (found.length > 1) {
    const candidates = found.map((each) => shortestName(each, names, methods));
    throw usage(`"${name}" is ambiguous: it can be ${listed(candidates)}`);
  }
  throw unknownMethod(schema, wanted, methods);
}

/** Every method of every service, inherited ones included. */
export function methodsOf(schema: Schema): FoundMethod[] {
  return servicesOf(schema).flatMap((found) =>
    allMethods(schema, found.service).map((method) => ({ ...found, method })),
  );
}

/** Names in a message: the first twenty. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED).join(', ') || 'none';
  return names.length > MAX_LISTED ? `${shown} … (${names.length} in all)` : shown;
}

/** What a message suggests where a name is close to another one. */
export function suggestion(written: string, names: readonly string[]): string {
  const nearest = nearestName(written, names);
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

/** `Service.Method` with the names of its service, then the method alone. */
function namesOfMethod(schema: Schema, { file, service, method }: FoundMethod): string[] {
  const services = namesOf(schema, file, service.name);
  return [...services.map((owner) => `${owner}.${method.name}`), method.name];
}

function unknownMethod(
  schema: Schema,
  name: string,
  methods: readonly FoundMethod[],
): CommandFailure {
  const dot = name.lastIndexOf('.');
  const services = servicesOf(schema);
  const serviceNames = services.map(({ service }) => service.name);
  if (dot <= 0) {
    const near = suggestion(
      name,
      methods.map(({ method }) => method.name),
    );
    const [first] = methods;
    const example =
      first === undefined ? 'UserService.GetUser' : `${first.service.name}.${first.method.name}`;
    return usage(
      `"${name}" names no method${near || `: write Service.Method, such as ${example}`}`,
    );
  }
  const [serviceName, methodName] = [name.slice(0, dot), name.slice(dot + 1)];
  const owner = services.find(({ file, service }) =>
    namesOf(schema, file, service.name).includes(serviceName),
  );
  if (owner === undefined) {
    const near = suggestion(serviceName, serviceNames);
    return usage(
      `the IDL has no service ${serviceName}${near || `; it has ${listed(serviceNames)}`}`,
    );
  }
  const own = allMethods(schema, owner.service).map((method) => method.name);
  const near = suggestion(methodName, own);
  return usage(`${serviceName} has no method ${methodName}${near || `; it has ${listed(own)}`}`);
}

function usage(message: string): CommandFailure {
  return new CommandFailure(EXIT_CODES.USAGE, message);
}
