import type {
  DefinitionReference,
  FieldSchema,
  MethodSchema,
  Schema,
  ServiceSchema,
  TypeSchema,
} from '@nestjs-thrift/idl';
import type { MethodDefinition, ServiceDefinition } from '../definition/service-definition.js';
import { methodDefinition } from '../descriptor/service.js';
import type { FieldRecord } from '../descriptor/types.js';
import { requireReachable } from './require-reachable.js';
import type { SchemaShapes } from './schema-shapes.js';

interface DeclaredMethod {
  readonly service: ServiceSchema;
  readonly method: MethodSchema;
}

/**
 * The definition of a service with the methods it inherits.
 *
 * @param complete keys of structs that are known to lead to nothing undefined; gets those seen.
 */
export function compileService(
  reference: DefinitionReference,
  shapes: SchemaShapes,
  complete: Set<string>,
): ServiceDefinition {
  const methods: Record<string, MethodDefinition> = {};
  for (const { service, method } of allMethods(shapes.schema, reference)) {
    requireReachable(typesOf(method), shapes.schema, complete);
    methods[method.name] = compileMethod(service, method, shapes);
  }
  return { name: reference.name, methods };
}

function compileMethod(
  service: ServiceSchema,
  method: MethodSchema,
  shapes: SchemaShapes,
): MethodDefinition {
  const record = (fields: readonly FieldSchema[]): FieldRecord =>
    Object.fromEntries(fields.map((field) => [field.name, shapes.field(field)]));
  return methodDefinition(
    service.name,
    method.name,
    {
      kind: method.stream ?? (method.oneway ? 'oneway' : 'unary'),
      input: record(method.parameters),
      ...(method.returns && { output: shapes.type(method.returns) }),
      throws: record(method.exceptions),
      annotations: method.annotations,
    },
    shapes.engine,
  );
}

function typesOf({ parameters, returns, exceptions }: MethodSchema): readonly TypeSchema[] {
  const types = [...parameters, ...exceptions].map(({ type }) => type);
  return returns ? [...types, returns] : types;
}

/** Inherited methods first; a service cannot redefine them. */
function allMethods(schema: Schema, reference: DefinitionReference): DeclaredMethod[] {
  const service = schema.files[reference.file]?.services.find(
    ({ name }) => name === reference.name,
  );
  if (!service) {
    throw new Error(`${reference.file} defines no service ${reference.name}`);
  }
  const inherited = service.extends ? allMethods(schema, service.extends) : [];
  const own = service.methods.map((method) => ({ service, method }));
  return [...inherited, ...own];
}
