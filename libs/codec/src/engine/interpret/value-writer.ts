import type { TypeSchema } from '@nestjs-thrift/idl';
import type { WriteBuffer } from '../../buffer/write-buffer.js';
import type { EngineScope } from '../engine.js';
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
export function valueWriter(type: TypeSchema, wire: Wire, scope: EngineScope): WriteValue {
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
      return (value, out) => wire.writeI32(out, integer(value, 0, type.ref.name));
    case 'i64':
      return (value, out) => {
        const taken = scope.i64 === 'string' ? i64FromText(value) : value;
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
      return structWriter(type.ref, wire, scope);
    case 'list':
      return listWriter(type.element, wire, scope);
    case 'set':
      return setWriter(type.element, wire, scope);
    case 'map':
      return type.key.kind === 'string'
        ? recordWriter(type.value, wire, scope)
        : mapWriter(type.key, type.value, wire, scope);
  }
}

function integer(value: unknown, unusedBits: number, expected: string): number {
  if (typeof value === 'number' && (value << unusedBits) >> unusedBits === value) {
    return value;
  }
  throw invalidValue('', expected, value);
}

function structWriter(
  reference: Extract<TypeSchema, { kind: 'struct' }>['ref'],
  wire: Wire,
  scope: EngineScope,
): WriteValue {
  const method = wire.name === 'Binary' ? 'writeBinary' : 'writeCompact';
  return (value, out, depth) => {
    try {
      scope.codec(reference)[method](value, out, depth);
    } catch (error) {
      throw within(error, '', reference.name.length);
    }
  };
}

function listWriter(element: TypeSchema, wire: Wire, scope: EngineScope): WriteValue {
  const writeElements = elementsWriter(element, wire, scope);
  return (value, out, depth) => {
    if (!Array.isArray(value)) {
      throw invalidValue('', 'list', value);
    }
    writeElements(value, out, depth);
  };
}

function setWriter(element: TypeSchema, wire: Wire, scope: EngineScope): WriteValue {
  const writeElements = elementsWriter(element, wire, scope);
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

function distinctCheck({ kind }: TypeSchema): (values: readonly unknown[]) => boolean {
  switch (kind) {
    case 'i64':
      return areDistinctIntegers;
    case 'uuid':
      return areDistinctUuids;
    case 'binary':
    case 'struct':
    case 'list':
    case 'set':
    case 'map':
      return () => true;
    default:
      return areDistinct;
  }
}

function elementsWriter(element: TypeSchema, wire: Wire, scope: EngineScope) {
  const write = valueWriter(element, wire, scope);
  const wireType = wire.types[element.kind];
  return (elements: readonly unknown[], out: WriteBuffer, depth: number): void => {
    wire.writeList(out, wireType, elements.length);
    for (let index = 0; index < elements.length; index += 1) {
      writeAt(write, `[${index}]`, elements[index], out, depth - 1);
    }
  };
}

function recordWriter(type: TypeSchema, wire: Wire, scope: EngineScope): WriteValue {
  const write = valueWriter(type, wire, scope);
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

function mapWriter(
  keyType: TypeSchema,
  valueType: TypeSchema,
  wire: Wire,
  scope: EngineScope,
): WriteValue {
  const writeKey = valueWriter(keyType, wire, scope);
  const write = valueWriter(valueType, wire, scope);
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
