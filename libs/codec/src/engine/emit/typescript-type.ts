import { isStruct, type TypeShape } from '../../definition/shape.js';
import type { EmitContext } from './emit-context.js';

/** The TypeScript type of a value, as emitted codecs read it and take it. */
export function typescriptType(type: TypeShape, context: Pick<EmitContext, 'typeName'>): string {
  if (isStruct(type)) {
    return context.typeName(type);
  }
  switch (type.kind) {
    case 'bool':
      return 'boolean';
    case 'i8':
    case 'i16':
    case 'i32':
    case 'double':
      return 'number';
    case 'i64':
      return type.as;
    case 'string':
    case 'uuid':
      return 'string';
    case 'binary':
      return 'Buffer';
    case 'enum':
      return context.typeName(type);
    case 'list':
    case 'set':
      return `Array<${typescriptType(type.element, context)}>`;
    case 'map': {
      const value = typescriptType(type.value, context);
      if (type.key.kind === 'string') {
        return `Record<string, ${value}>`;
      }
      return `Map<${typescriptType(type.key, context)}, ${value}>`;
    }
  }
}
