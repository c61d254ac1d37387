import type { EnumSchema, TypedefSchema, ConstantSchema, TypeSchema } from '@nestjs-thrift/idl';
import type { FileScope } from '../scope/file-scope.js';
import { docComment } from '../text/doc-comment.js';
import { valueKey } from '../text/literals.js';

/** A constant object with the members, and the union of their values as a type of the same name. */
export function enumDeclaration(definition: EnumSchema, scope: FileScope): string {
  const name = scope.names.types.get(definition.name);
  const members = definition.members.map(
    (member) => `${docComment(member, '  ')}  ${valueKey(member.name)}: ${member.value},\n`,
  );
  const body = members.length === 0 ? '{}' : `{\n${members.join('')}}`;
  const doc = docComment(definition);
  return (
    `${doc}export const ${name} = ${body} as const;\n` +
    `${doc}export type ${name} = (typeof ${name})[keyof typeof ${name}];\n`
  );
}

/** A type alias. */
export function typedefDeclaration(definition: TypedefSchema, scope: FileScope): string {
  const name = scope.names.types.get(definition.name);
  return `${docComment(definition)}export type ${name} = ${scope.type(definition.type)};\n`;
}

/** A constant. Everybody who imports it shares it, so containers and structs are frozen through and through. */
export function constantDeclaration(definition: ConstantSchema, scope: FileScope): string {
  const name = scope.names.constants.get(definition.name);
  const value = scope.constant(definition.value, definition.type);
  const head = `${docComment(definition)}export const ${name}`;
  if (isFrozen(definition)) {
    const type = frozenType(definition.type, scope);
    return `${head}: ${type} = /* @__PURE__ */ ${scope.t}.frozen(${value});\n`;
  }
  // Without an annotation a number or a string is its own type, as precise as the IDL; nothing else may go without one.
  const annotated =
    definition.type.alias !== undefined || ['enum', 'binary'].includes(definition.type.kind);
  return `${head}${annotated ? `: ${scope.type(definition.type)}` : ''} = ${value};\n`;
}

/** Whether a constant is an object that others could change. */
function isFrozen({ type }: ConstantSchema): boolean {
  return ['list', 'set', 'map', 'struct'].includes(type.kind);
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
