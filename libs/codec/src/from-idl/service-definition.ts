import type {
  DefinitionReference,
  MethodSchema,
  Schema,
  ServiceSchema,
  StructSchema,
} from '@nestjs-thrift/idl';
import type {
  MethodDefinition,
  ServiceDefinition,
  FieldValues,
  StructCodec,
} from '../definition/service-definition.js';
import { argumentsStruct, resultStruct } from '../engine/emit/method-structs.js';
import type { CodecStore } from '../engine/codec-store.js';

interface LocatedMethod {
  readonly file: string;
  readonly service: ServiceSchema;
  readonly method: MethodSchema;
}

/** The definition of a service with the methods it inherits. */
export function compileService(
  reference: DefinitionReference,
  store: CodecStore,
): ServiceDefinition {
  const methods = allMethods(store.scope.schema, reference);
  const definitions = methods.map((located) => methodDefinition(located, store));
  return {
    name: reference.name,
    methods: Object.fromEntries(definitions.map((definition) => [definition.name, definition])),
  };
}

function methodDefinition(
  { file, service, method }: LocatedMethod,
  store: CodecStore,
): MethodDefinition {
  const codec = (struct: StructSchema) => store.codec({ file, struct }) as StructCodec<FieldValues>;
  return {
    name: method.name,
    oneway: method.oneway,
    returnsVoid: method.returns === undefined,
    parameters: method.parameters.map(({ name }) => name),
    args: codec(argumentsStruct(service, method)),
    result: codec(resultStruct(service, method)),
    exceptions: method.exceptions.flatMap(({ name, type }) =>
      type.kind === 'struct' ? [{ field: name, type: store.scope.exceptionClass(type.ref) }] : [],
    ),
    idempotent: isIdempotent(method),
    annotations: method.annotations,
  };
}

function isIdempotent({ annotations }: MethodSchema): boolean {
  const values = Object.hasOwn(annotations, 'idempotent') ? annotations['idempotent'] : undefined;
  const last = values?.at(-1);
  return last === '1' || last === 'true';
}

/** Inherited methods first; a service cannot redefine them. */
function allMethods(schema: Schema, reference: DefinitionReference): LocatedMethod[] {
  const service = schema.files[reference.file]?.services.find(
    ({ name }) => name === reference.name,
  );
  if (!service) {
    throw new Error(`${reference.file} defines no service ${reference.name}`);
  }
  const inherited = service.extends ? allMethods(schema, service.extends) : [];
  const own = service.methods.map((method) => ({ file: reference.file, service, method }));
  return [...inherited, ...own];
}
