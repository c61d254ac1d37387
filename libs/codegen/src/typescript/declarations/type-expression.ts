import type { FieldSchema, TypeSchema } from '@nestjs-thrift/idl';
import type { FileScope } from '../scope/file-scope.js';
import { annotationsProperty, quote } from '../text/literals.js';

const I64_TYPES = { bigint: 'i64', number: 'i64Number', string: 'i64Text' } as const;

/** An expression that describes a type to the runtime, such as `t.list(UserSchema)`. */
export function typeExpression(type: TypeSchema, scope: FileScope): string {
  switch (type.kind) {
    case 'struct':
      return scope.structSchema(type.ref);
    case 'enum':
      return `${scope.t}.enumeration(${quote(type.ref.name)}, ${scope.typeAsValue(type.ref)})`;
    case 'list':
    case 'set':
      return `${scope.t}.${type.kind}(${typeExpression(type.element, scope)})`;
    case 'map':
      return `${scope.t}.map(${typeExpression(type.key, scope)}, ${typeExpression(type.value, scope)})`;
    case 'i64':
      return `${scope.t}.${I64_TYPES[scope.i64]}`;
    case 'string':
      return `${scope.t}.${scope.invalidUtf8 === 'error' ? 'strictString' : 'string'}`;
    default:
      return `${scope.t}.${type.kind}`;
  }
}

const REQUIREDNESS = { required: 'required', optional: 'optional', default: 'field' } as const;

/** An expression that describes a field, without its name. */
export function fieldExpression(field: FieldSchema, scope: FileScope): string {
  const { id, type, requiredness } = field;
  const parts = [String(id), typeExpression(type, scope), ...extras(field, scope)];
  return `${scope.t}.${REQUIREDNESS[requiredness]}(${parts.join(', ')})`;
}

function extras(field: FieldSchema, scope: FileScope): string[] {
  const kept = Object.entries(field.annotations).filter(([name]) => scope.keepsAnnotation(name));
  const members = [
    ...defaultProperty(field, scope),
    ...annotationsProperty(Object.fromEntries(kept)),
  ];
  return members.length === 0 ? [] : [`{ ${members.join(', ')} }`];
}

/** What a user could change is made afresh for each value, so a function makes it. */
function defaultProperty({ defaultValue, type }: FieldSchema, scope: FileScope): string[] {
  if (defaultValue === undefined) {
    return [];
  }
  const value = scope.constant(defaultValue, type);
  const isFresh = ['list', 'map', 'struct'].includes(defaultValue.kind) || type.kind === 'binary';
  return [`default: ${isFresh ? `() => ${arrowBody(value)}` : value}`];
}

function arrowBody(value: string): string {
  return value.startsWith('{') ? `(${value})` : value;
}
