import { propertyOfMethod } from '@nestjs-thrift/codec/internal';
import type { GeneratedFile } from '@nestjs-thrift/codegen';
import { allMethods, type MethodSchema, type Schema, type TypeSchema } from '@nestjs-thrift/idl';
import { listed, servicesOf, suggestion } from '../../idl/find-method.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';

/** The service that the new files serve or call. */
export interface ChosenService {
  /** As in the IDL, such as `UserService`. */
  readonly name: string;
  /** What classes are named after: `User`. */
  readonly baseName: string;
  /** What files are named after: `user`. */
  readonly fileName: string;
  /** Path of the IDL, relative to its folder. */
  readonly idl: string;
  /** The generated module. */
  readonly generated: GeneratedFile;
  readonly methods: readonly ServiceMethod[];
}

/** A method with the types that its generated file has a name for. */
export interface ServiceMethod {
  readonly name: string;
  /** Method of the generated interfaces. */
  readonly property: string;
  readonly isUnary: boolean;
  readonly parameters: readonly string[];
  /** Name of the interface of the only parameter. */
  readonly requestType?: string;
  /** Name of the interface of the result; absent for other types. */
  readonly replyType?: string;
}

/**
 * The service of the IDL that was named, or the only one.
 *
 * @throws CommandFailure if there is none, or several and no name.
 */
export function chooseService(
  schema: Schema,
  files: readonly GeneratedFile[],
  named: string | undefined,
): ChosenService {
  const services = servicesOf({ ...schema, root: Object.keys(schema.files)[0]! });
  const names = services.map(({ service }) => service.name);
  if (names.length === 0) {
    throw new CommandFailure(
      EXIT_CODES.INPUT,
      'the IDL has no service; add one and run init again',
    );
  }
  if (named === undefined && names.length > 1) {
    throw new CommandFailure(
      EXIT_CODES.USAGE,
      `the IDL has ${names.length} services: ${listed(names)}; choose one with --service ${names[0]}`,
    );
  }
  const found = services.find(({ service }) => named === undefined || service.name === named);
  if (found === undefined) {
    throw new CommandFailure(
      EXIT_CODES.USAGE,
      `the IDL has no service ${named}${suggestion(named!, names) || `; it has ${listed(names)}`}`,
    );
  }
  const { name } = found.service;
  const baseName = name.replace(/(?<=.)Service$/, '');
  const generated = files.find(({ source }) => source === found.file)!;
  return {
    name,
    baseName: baseName[0]!.toUpperCase() + baseName.slice(1),
    fileName: kebabCase(baseName),
    idl: found.file,
    generated,
    methods: allMethods(schema, found.service).map((method) => describe(method, generated)),
  };
}

function describe(method: MethodSchema, generated: GeneratedFile): ServiceMethod {
  const { name, parameters, returns, stream, oneway } = method;
  const [only, ...others] = parameters;
  const requestType = others.length === 0 ? interfaceOf(only?.type, generated) : undefined;
  const replyType = interfaceOf(returns, generated);
  return {
    name,
    property: propertyOfMethod(name),
    isUnary: stream === undefined && !oneway,
    parameters: parameters.map((parameter) => parameter.name),
    ...(requestType !== undefined && stream === undefined && { requestType }),
    ...(replyType !== undefined && stream === undefined && { replyType }),
  };
}

/** The interface that the generated file declares for a struct; none for structs of other files. */
function interfaceOf(type: TypeSchema | undefined, { source, text }: GeneratedFile) {
  if (type?.kind !== 'struct' || type.ref.file !== source) {
    return undefined;
  }
  return text.includes(`\nexport interface ${type.ref.name} {`) ? type.ref.name : undefined;
}

function kebabCase(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}
