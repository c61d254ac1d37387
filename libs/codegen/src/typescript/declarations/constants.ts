import { emitConstant } from '@nestjs-thrift/codec/compiler';
import type { ConstantSchema, TypeSchema } from '@nestjs-thrift/idl';
import type { FileScope } from '../scope/file-scope.js';
import { docComment } from '../text/doc-comment.js';

/** A constant. Everybody who imports it shares it, so containers and structs are frozen through and through. */
export function constantDeclaration(
  definition: ConstantSchema,
  scope: FileScope,
  freeze: string,
): string {
  const name = scope.names.constants.get(definition.name);
  const value = emitConstant(definition.value, definition.type, scope.context);
  const head = `${docComment(definition)}export const ${name}`;
  if (isFrozen(definition)) {
    return `${head}: ${frozenType(definition.type, scope)} = ${freeze}(${value});\n`;
  }
  // Without an annotation a number or a string is its own type, as precise as the IDL.
  const annotated = definition.type.alias !== undefined || definition.type.kind === 'enum';
  return `${head}${annotated ? `: ${scope.type(definition.type)}` : ''} = ${value};\n`;
}

/** Whether a constant is an object that others could change. */
export function isFrozen({ type }: ConstantSchema): boolean {
  return ['list', 'set', 'map', 'struct'].includes(type.kind);
}

/** Text of the function that freezes constants; a frozen Map would still take entries. */
export function freezeFunction(name: string): string {
  return `/** Makes a constant refuse every change, in all its parts. */
function ${name}<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  if (value instanceof Map) {
    const refuse = (): never => {
      throw new TypeError('a constant cannot be changed');
    };
    Object.assign(value, { set: refuse, delete: refuse, clear: refuse });
    for (const entry of value) entry.forEach(${name});
  }
  Object.values(value).forEach(${name});
  return Object.freeze(value);
}
`;
}

function frozenType(type: TypeSchema, scope: FileScope): string {
  switch (type.kind) {
    case 'list':
    case 'set':
      return `ReadonlyArray<${frozenType(type.element, scope)}>`;
    case 'map': {
      const value = frozenType(type.value, scope);
      return type.key.kind === 'string'
        ? `Readonly<Record<string, ${value}>>`
        : `ReadonlyMap<${frozenType(type.key, scope)}, ${value}>`;
    }
    case 'struct':
      return `Readonly<${scope.type(type)}>`;
    default:
      return scope.type(type);
  }
}
