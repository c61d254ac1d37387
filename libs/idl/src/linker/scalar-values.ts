import type { ValueSyntax } from '../parser/syntax.js';
import type { BaseTypeName, ConstantValue } from '../schema/schema.js';

const INTEGER_BITS: Readonly<Partial<Record<BaseTypeName, number>>> = {
  i8: 8,
  i16: 16,
  i32: 32,
  i64: 64,
};
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A literal as a value of a base type, or what is wrong with it. */
export function scalarValue(kind: BaseTypeName, literal: ValueSyntax): ConstantValue | string {
  switch (kind) {
    case 'bool':
      // Both compilers take any integer here, and only positive ones for true.
      if (literal.kind !== 'integer') {
        break;
      }
      return { kind, value: literal.value > 0n };
    case 'double':
      if (literal.kind !== 'integer' && literal.kind !== 'double') {
        break;
      }
      // JSON has no negative zero, and neither do Go's constants.
      return { kind, value: Number(literal.value) + 0 };
    case 'string':
    case 'binary':
      if (literal.kind !== 'string') {
        break;
      }
      return { kind: 'string', value: literal.value };
    case 'uuid':
      if (literal.kind !== 'string') {
        break;
      }
      return uuidValue(literal.value);
    default:
      if (literal.kind !== 'integer') {
        break;
      }
      return integerValue(kind, literal.value);
  }
  return `${describeValue(literal)} is not ${kind.startsWith('i') ? 'an' : 'a'} ${kind}`;
}

function integerValue(kind: BaseTypeName, value: bigint): ConstantValue | string {
  const fits = BigInt.asIntN(INTEGER_BITS[kind] ?? 64, value) === value;
  return fits ? { kind: 'integer', value: String(value) } : `${value} does not fit ${kind}`;
}

/** Braces and capitals are fine in the IDL; the schema has neither. */
function uuidValue(text: string): ConstantValue | string {
  const bare = /^\{.*\}$/.test(text) ? text.slice(1, -1) : text;
  const value = bare.toLowerCase();
  return UUID.test(value) ? { kind: 'string', value } : `${JSON.stringify(text)} is not a uuid`;
}

/** How messages name a value. */
export function describeValue(value: ValueSyntax): string {
  switch (value.kind) {
    case 'string':
      return JSON.stringify(value.value.length > 40 ? `${value.value.slice(0, 40)}…` : value.value);
    case 'list':
      return 'a list';
    case 'map':
      return 'a map';
    case 'name':
      return `"${value.name}"`;
    default:
      return String(value.value);
  }
}
