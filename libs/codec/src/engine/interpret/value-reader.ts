import type { TypeSchema } from '@nestjs-thrift/idl';
import type { ReadBuffer } from '../../buffer/read-buffer.js';
import type { EngineScope } from '../engine.js';
import { defineEntry, withoutDuplicates } from '../../runtime/collections.js';
import { tooDeep } from '../../runtime/failures.js';
import { readBytes } from '../../runtime/read-bytes.js';
import { readStrictString, readString } from '../../runtime/strings.js';
import { readUuid } from '../../runtime/numbers.js';
import { take, type Wire } from './wire.js';

/** Reads one value. */
export type ReadValue = (input: ReadBuffer) => unknown;

/** The function that reads values of a type. */
export function valueReader(type: TypeSchema, wire: Wire, scope: EngineScope): ReadValue {
  switch (type.kind) {
    case 'bool':
      return wire.readBool;
    case 'i8':
      return wire.readI8;
    case 'i16':
      return wire.readI16;
    case 'i32':
    case 'enum':
      return wire.readI32;
    case 'i64':
      return (input) => wire.readI64(input, scope.i64);
    case 'double':
      return wire.readDouble;
    case 'uuid':
      return (input) => readUuid(input.bytes, take(input, 16));
    case 'string':
      return textReader(wire, scope);
    case 'binary':
      return (input) => {
        const length = wire.readLength(input);
        return readBytes(input.bytes, take(input, length), length);
      };
    case 'struct': {
      const method = wire.name === 'Binary' ? 'readBinary' : 'readCompact';
      return (input) => scope.codec(type.ref)[method](input);
    }
    case 'list':
      return nested(listReader(type.element, wire, scope));
    case 'set':
      return nested(setReader(type.element, wire, scope));
    case 'map':
      return type.key.kind === 'string'
        ? nested(recordReader(type.value, wire, scope))
        : nested(mapReader(type.key, type.value, wire, scope));
  }
}

function nested<T>(read: (input: ReadBuffer) => T): (input: ReadBuffer) => T {
  return (input) => {
    if (input.depth < 1) throw tooDeep();
    input.depth -= 1;
    const value = read(input);
    input.depth += 1;
    return value;
  };
}

function textReader(wire: Wire, { invalidUtf8 }: EngineScope): (input: ReadBuffer) => string {
  const read = invalidUtf8 === 'error' ? readStrictString : readString;
  return (input) => {
    const length = wire.readLength(input);
    return read(input, take(input, length), length);
  };
}

function listReader(element: TypeSchema, wire: Wire, scope: EngineScope) {
  const read = valueReader(element, wire, scope);
  const wireType = wire.types[element.kind];
  const minimum = wire.minimum[element.kind];
  return (input: ReadBuffer): unknown[] => {
    const count = wire.readList(input, wireType, minimum);
    const list: unknown[] = [];
    for (let index = 0; index < count; index += 1) list.push(read(input));
    return list;
  };
}

function setReader(element: TypeSchema, wire: Wire, scope: EngineScope) {
  const read = listReader(element, wire, scope);
  const isScalar = !['binary', 'struct', 'list', 'set', 'map'].includes(element.kind);
  return isScalar ? (input: ReadBuffer) => withoutDuplicates(read(input)) : read;
}

function recordReader(type: TypeSchema, wire: Wire, scope: EngineScope) {
  const readKey = textReader(wire, scope);
  const read = valueReader(type, wire, scope);
  const minimum = wire.minimum.string + wire.minimum[type.kind];
  return (input: ReadBuffer): Record<string, unknown> => {
    const count = wire.readMap(input, wire.types.string, wire.types[type.kind], minimum);
    const record: Record<string, unknown> = {};
    for (let index = 0; index < count; index += 1) {
      const key = readKey(input);
      const value = read(input);
      if (key === '__proto__') defineEntry(record, key, value);
      else record[key] = value;
    }
    return record;
  };
}

function mapReader(keyType: TypeSchema, valueType: TypeSchema, wire: Wire, scope: EngineScope) {
  const readKey = valueReader(keyType, wire, scope);
  const read = valueReader(valueType, wire, scope);
  const types = [wire.types[keyType.kind], wire.types[valueType.kind]] as const;
  const minimum = wire.minimum[keyType.kind] + wire.minimum[valueType.kind];
  return (input: ReadBuffer): Map<unknown, unknown> => {
    const count = wire.readMap(input, types[0], types[1], minimum);
    const map = new Map<unknown, unknown>();
    for (let index = 0; index < count; index += 1) {
      const key = readKey(input);
      map.set(key, read(input));
    }
    return map;
  };
}
