import {
  isComparedByIdentity,
  type InvalidUtf8,
  type ShapeOf,
  type TypeShape,
} from '../../definition/shape.js';
import type { ReadBuffer } from '../../buffer/read-buffer.js';
import { setEntry, withoutDuplicates } from '../../runtime/collections.js';
import { tooDeep } from '../../runtime/failures.js';
import { watchKeys } from '../../runtime/key-watch.js';
import { readBytes } from '../../runtime/read-bytes.js';
import { readStrictString, readString } from '../../runtime/strings.js';
import { readUuid } from '../../runtime/numbers.js';
import { leastSize } from '../emit/least-size.js';
import { containerCost, hasChosenKeys, MAX_PREALLOCATED } from '../emit/memory-cost.js';
import { take, type Wire } from './wire.js';

/** Reads one value. */
export type ReadValue = (input: ReadBuffer) => unknown;

/** The function that reads values of a type; `where` is the field they belong to, for errors. */
export function valueReader(type: TypeShape, wire: Wire, where: string): ReadValue {
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
      return (input) => wire.readI64(input, type.as);
    case 'double':
      return wire.readDouble;
    case 'uuid':
      return (input) => readUuid(input.bytes, take(input, 16));
    case 'string':
      return textReader(type, wire);
    case 'binary':
      return (input) => {
        const length = wire.readLength(input);
        return readBytes(input.bytes, take(input, length), length);
      };
    case 'struct':
    case 'union':
    case 'exception': {
      const method = wire.name === 'Binary' ? 'readBinary' : 'readCompact';
      return (input) => type[method](input);
    }
    case 'list':
      return nested(listReader(type, wire, where));
    case 'set':
      return nested(setReader(type, wire, where));
    case 'map':
      return type.key.kind === 'string'
        ? nested(recordReader(type, wire, where))
        : nested(mapReader(type, wire, where));
  }
}

function nested<T>(read: (input: ReadBuffer) => T): (input: ReadBuffer) => T {
  return (input) => {
    if (input.depth < 1) {
      throw tooDeep();
    }
    input.depth -= 1;
    const value = read(input);
    input.depth += 1;
    return value;
  };
}

/** A union without a known member is absent; what is in a container cannot be. */
function elementReader(type: TypeShape, wire: Wire, where: string): ReadValue {
  const read = valueReader(type, wire, where);
  return type.kind === 'union' ? (input) => read(input) ?? {} : read;
}

function textReader(
  { invalidUtf8 }: { readonly invalidUtf8: InvalidUtf8 },
  wire: Wire,
): (input: ReadBuffer) => string {
  const read = invalidUtf8 === 'error' ? readStrictString : readString;
  return (input) => {
    const length = wire.readLength(input);
    return read(input, take(input, length), length);
  };
}

function listReader(
  type: ShapeOf<'list' | 'set'>,
  wire: Wire,
  where: string,
): (input: ReadBuffer) => unknown[] {
  const { element } = type;
  const read = elementReader(element, wire, where);
  const wireType = wire.types[element.kind];
  const minimum = leastSize(element, wire);
  const { base, each } = containerCost(type);
  return (input) => {
    const count = wire.readList(input, wireType, minimum);
    input.takeMemory(base + count * each, where);
    const list: unknown[] = count < MAX_PREALLOCATED ? Array.from({ length: count }) : [];
    for (let index = 0; index < count; index += 1) {
      list[index] = read(input);
    }
    return list;
  };
}

function setReader(
  type: ShapeOf<'set'>,
  wire: Wire,
  where: string,
): (input: ReadBuffer) => unknown[] {
  const read = listReader(type, wire, where);
  const isScalar = !isComparedByIdentity(type.element.kind);
  return isScalar ? (input) => withoutDuplicates(read(input)) : read;
}

/** Reads the count of a map and takes its memory. */
function mapCounter(
  type: ShapeOf<'map'>,
  wire: Wire,
  where: string,
): (input: ReadBuffer) => number {
  const { key, value } = type;
  const minimum = leastSize(key, wire) + leastSize(value, wire);
  const { base, each } = containerCost(type);
  return (input) => {
    const count = wire.readMap(input, wire.types[key.kind], wire.types[value.kind], minimum);
    input.takeMemory(base + count * each, where);
    return count;
  };
}

function recordReader(
  type: ShapeOf<'map'>,
  wire: Wire,
  where: string,
): (input: ReadBuffer) => Record<string, unknown> {
  const readCount = mapCounter(type, wire, where);
  const readKey = textReader(type.key as ShapeOf<'string'>, wire);
  const read = elementReader(type.value, wire, where);
  return (input) => {
    const count = readCount(input);
    const record: Record<string, unknown> = {};
    for (let index = 0; index < count; index += 1) {
      const key = readKey(input);
      const value = read(input);
      setEntry(record, key, value);
    }
    return record;
  };
}

function mapReader(
  type: ShapeOf<'map'>,
  wire: Wire,
  where: string,
): (input: ReadBuffer) => Map<unknown, unknown> {
  const readCount = mapCounter(type, wire, where);
  const readKey = elementReader(type.key, wire, where);
  const read = elementReader(type.value, wire, where);
  const chosen = hasChosenKeys(type.key);
  return (input) => {
    const count = readCount(input);
    const map = new Map<unknown, unknown>();
    const watch = watchKeys(chosen ? count : 0);
    let next = watch.first;
    for (let index = 0; index < count; index += 1) {
      const key = readKey(input);
      map.set(key, read(input));
      if (index === next) {
        next = watch.check(key, map, where);
      }
    }
    watch.close();
    return map;
  };
}
