import { findEnum, type Schema, type TypeSchema } from '@nestjs-thrift/idl';
import { AnnotationError, type Expression } from './constraints.js';

const MAX_I64 = 2n ** 63n - 1n;
const MIN_I64 = -(2n ** 63n);

const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** A 64-bit integer in decimal, from decimal, `0x`, `0o` or `0b`; `undefined` if the text is none. */
export function parseInteger(text: string): string | undefined {
  const match = /^([+-]?)(\d+|0x[\da-f]+|0o[0-7]+|0b[01]+)$/i.exec(text);
  if (match === null) {
    return undefined;
  }
  const size = BigInt(match[2] ?? '');
  const value = match[1] === '-' ? -size : size;
  return value < MIN_I64 || value > MAX_I64 ? undefined : value.toString();
}

/**
 * Reads a flag as Go does.
 *
 * @throws {AnnotationError}
 */
export function parseBool(text: string): boolean {
  if (TRUE.includes(text)) {
    return true;
  }
  if (FALSE.includes(text)) {
    return false;
  }
  throw new AnnotationError(`takes "true" or "false", not "${text}"`);
}

/**
 * Reads the number of elements or bytes that a container or a text may have.
 *
 * @throws {AnnotationError}
 */
export function parseSize(text: string): Expression {
  const value = parseInteger(text);
  if (value !== undefined && !value.startsWith('-')) {
    return { kind: 'integer', value };
  }
  throw new AnnotationError(`takes a number of 0 or more, $field or @function(…), not "${text}"`);
}

/**
 * Reads a constant that a value of the type is compared with.
 *
 * @throws {AnnotationError}
 */
export function parseConstant(text: string, type: TypeSchema, schema: Schema): Expression {
  switch (type.kind) {
    case 'bool':
      return { kind: 'bool', value: parseBool(text) };
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64': {
      const value = parseInteger(text);
      if (value !== undefined) {
        return { kind: 'integer', value };
      }
      throw new AnnotationError(`takes an integer, $field or @function(…), not "${text}"`);
    }
    case 'double': {
      const value = text.trim() === '' ? NaN : Number(text);
      if (Number.isFinite(value)) {
        return { kind: 'double', value };
      }
      throw new AnnotationError(`takes a number, $field or @function(…), not "${text}"`);
    }
    case 'enum':
      return enumMember(text, type, schema);
    default:
      return { kind: 'text', value: text };
  }
}

/** `Status.OPEN` or `shared.Status.OPEN`; the type of the field says already which enum is meant. */
function enumMember(
  text: string,
  type: Extract<TypeSchema, { kind: 'enum' }>,
  schema: Schema,
): Expression {
  const { name, members } = findEnum(schema, type.ref);
  const path = text.split('.');
  const member = members.find((candidate) => candidate.name === path.at(-1));
  const named = path.length === 1 || path.at(-2) === name || path.at(-2) === type.alias?.name;
  if (member !== undefined && named) {
    return { kind: 'integer', value: String(member.value) };
  }
  const known = members.slice(0, 10).map((candidate) => `${name}.${candidate.name}`);
  throw new AnnotationError(`takes a member of ${name} such as ${known.join(', ')}, not "${text}"`);
}
