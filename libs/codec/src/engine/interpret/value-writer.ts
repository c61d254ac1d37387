import { isComparedByIdentity, type StructShape, type TypeShape } from '../../definition/shape.js';
import type { WriteBuffer } from '../../buffer/write-buffer.js';
import {
  areDistinct,
  areDistinctIntegers,
  areDistinctUuids,
  isBytes,
  keyText,
  mapRecord,
  setElements,
} from '../../runtime/collections.js';
import { badValue, invalidValue, within } from '../../runtime/failures.js';
import { i64FromText, putUuid } from '../../runtime/numbers.js';
import { give, type Wire } from './wire.js';

/** Checks and writes one value; errors name the place inside the value only. */
export type WriteValue = (value: unknown, out: WriteBuffer, depth: number) => void;

/** The function that writes values of a type. */
export function valueWriter(type: TypeShape, wire: Wire): WriteValue {
  switch (type.kind) {
    case 'bool':
      return (value, out) => {
        if (typeof value !== 'boolean') {
          throw invalidValue('', 'bool', value);
        }
        wire.writeBool(out, value);
      };
    case 'i8':
      return (value, out) => wire.writeI8(out, integer(value, 24, 'i8'));
    case 'i16':
      return (value, out) => wire.writeI16(out, integer(value, 16, 'i16'));
    case 'i32':
      return (value, out) => wire.writeI32(out, integer(value, 0, 'i32'));
    case 'enum':
      return (value, out) => wire.writeI32(out, integer(value, 0, type.name));
    case 'i64':
      return (value, out) => {
        const taken = type.as === 'string' ? i64FromText(value) : value;
        if (!wire.writeI64(out, taken)) {
          throw invalidValue('', 'i64', value);
        }
      };
    case 'double':
      return (value, out) => {
        if (typeof value !== 'number') {
          throw invalidValue('', 'double', value);
        }
        wire.writeDouble(out, value);
      };
    case 'uuid':
      return (value, out) => {
        const p = give(out, 16);
        if (!putUuid(out.bytes, p, value)) {
          throw invalidValue('', 'uuid', value);
        }
      };
    case 'string':
      return (value, out) => {
        if (typeof value !== 'string') {
          throw invalidValue('', 'string', value);
        }
        wire.writeText(out, value);
      };
    case 'binary':
      return (value, out) => {
        if (!isBytes(value)) {
          throw invalidValue('', 'binary', value);
        }
        wire.writeBytes(out, value);
      };
    case 'struct':
    case 'union':
    case 'exception':
      return structWriter(type, wire);
    case 'list':
      return listWriter(type.element, wire);
    case 'set':
      return setWriter(type.element, wire);
    case 'map':
      return type.key.kind === 'string'
        ? recordWriter(type.value, wire)
        : mapWriter(type.key, type.value, wire);
  }
}

function integer(value: unknown, unusedBits: number, expected: string): number {
  if (typeof value === 'number' && (value << unusedBits) >> unusedBits === value) {
    return value;
  }
  throw invalidValue('', expected, value);
}

function structWriter(struct: StructShape, wire: Wire): WriteValue {
  const method = wire.name === 'Binary' ? 'writeBinary' : 'writeCompact';
  return (value, out, depth) => {
    try {
      struct[method](value, out, depth);
    } catch (error) {
      throw within(error, '', struct.name.length);
    }
  };
}

function listWriter(element: TypeShape, wire: Wire): WriteValue {
  const writeElements = elementsWriter(element, wire);
  return (value, out, depth) => {
    if (!Array.isArray(value)) {
      throw invalidValue('', 'list', value);
    }
    writeElements(value, out, depth);
  };
}

function setWriter(element: TypeShape, wire: Wire): WriteValue {
  const writeElements = elementsWriter(element, wire);
  const isDistinct = distinctCheck(element);
  return (value, out, depth) => {
    const elements = setElements(value as Iterable<unknown>);
    if (!elements) {
      throw invalidValue('', 'set', value);
    }
    if (!isDistinct(elements)) {
      throw badValue('', 'a set takes each value once');
    }
    writeElements(elements, out, depth);
  };
}

function distinctCheck({ kind }: TypeShape): (values: readonly unknown[]) => boolean {
  switch (kind) {
    case 'i64':
      return areDistinctIntegers;
    case 'uuid':
      return areDistinctUuids;
    default:
      return isComparedByIdentity(kind) ? () => true : areDistinct;
  }
}

function elementsWriter(element: TypeShape, wire: Wire) {
  const write = valueWriter(element, wire);
  const wireType = wire.types[element.kind];
  return (elements: readonly unknown[], out: WriteBuffer, depth: number): void => {
    wire.writeList(out, wireType, elements.length);
    for (let index = 0; index < elements.length; index += 1) {
      writeAt(write, `[${index}]`, elements[index], out, depth - 1);
    }
  };
}

function recordWriter(type: TypeShape, wire: Wire): WriteValue {
  const write = valueWriter(type, wire);
  return (value, out, depth) => {
    const record = mapRecord(value as Readonly<Record<string, unknown>>);
    if (!record) {
      throw invalidValue('', 'map', value);
    }
    const keys = Object.keys(record);
    wire.writeMap(out, wire.types.string, wire.types[type.kind], keys.length);
    for (const key of keys) {
      wire.writeText(out, key);
      writeAt(write, `[${keyText(key)}]`, record[key], out, depth - 1);
    }
  };
}

function mapWriter(keyType: TypeShape, valueType: TypeShape, wire: Wire): WriteValue {
  const writeKey = valueWriter(keyType, wire);
  const write = valueWriter(valueType, wire);
  return (value, out, depth) => {
    if (!(value instanceof Map)) {
      throw invalidValue('', 'Map', value);
    }
    wire.writeMap(out, wire.types[keyType.kind], wire.types[valueType.kind], value.size);
    for (const [key, item] of value) {
      const place = `[${keyText(key)}]`;
      writeAt(writeKey, place, key, out, depth - 1);
      writeAt(write, place, item, out, depth - 1);
    }
  };
}

function writeAt(
  write: WriteValue,
  place: string,
  value: unknown,
  out: WriteBuffer,
  depth: number,
): void {
  try {
    write(value, out, depth);
  } catch (error) {
    throw within(error, place, 0);
  }
}
