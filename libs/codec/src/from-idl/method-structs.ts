import type { FieldSchema, MethodSchema, ServiceSchema, StructSchema } from '@nestjs-thrift/idl';

/** The struct that carries a method's arguments, named `Service.method_args`. */
export function argumentsStruct(service: ServiceSchema, method: MethodSchema): StructSchema {
  return methodStruct(service, method, 'args', method.parameters);
}

/** The struct that carries a method's result, named `Service.method_result`: `success` has the id 0. */
export function resultStruct(service: ServiceSchema, method: MethodSchema): StructSchema {
  const fields: FieldSchema[] = method.exceptions.map(asOptional);
  if (method.returns) {
    fields.unshift({
      name: 'success',
      id: 0,
      type: method.returns,
      requiredness: 'optional',
      annotations: {},
      position: method.position,
    });
  }
  return methodStruct(service, method, 'result', fields);
}

function asOptional(field: FieldSchema): FieldSchema {
  return { ...field, requiredness: 'optional' };
}

function methodStruct(
  service: ServiceSchema,
  method: MethodSchema,
  suffix: 'args' | 'result',
  fields: readonly FieldSchema[],
): StructSchema {
  return {
    kind: 'struct',
    name: `${service.name}.${method.name}_${suffix}`,
    fields,
    annotations: {},
    position: method.position,
  };
}
