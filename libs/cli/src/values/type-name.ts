import type { TypeSchema } from '@nestjs-thrift/idl';

/** A type as the IDL writes it. */
export function typeName(type: TypeSchema): string {
  switch (type.kind) {
    case 'list':
    case 'set':
      return `${type.kind}<${typeName(type.element)}>`;
    case 'map':
      return `map<${typeName(type.key)}, ${typeName(type.value)}>`;
    case 'enum':
    case 'struct':
      return type.ref.name;
    default:
      return type.kind;
  }
}
