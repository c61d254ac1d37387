import {
  appliedDefault,
  type FieldShape,
  type ListShape,
  type MapShape,
  type SetShape,
  type StructShape,
  type TypeShape,
} from '../../definition/shape.js';

/*
 * Bytes that decoded values take in the heap of a 64-bit Node 20 to 26, as measured, rather more than less. The text of
 * strings and the bytes of binaries are left out: the message bounds them.
 */
const SLOT = 8;
const OBJECT = 24;
/** Properties that an object literal without any has room for. */
const EMPTY_SLOTS = 4;
/** Beyond this many fields an object is a dictionary. */
const MAX_FAST_FIELDS = 1020;
const DICTIONARY_SLOT = 48;
/** A field of an object that gets one after another. */
const GROWN_SLOT = 16;
/** An Error with its stack. */
const ERROR = 1024;
const ARRAY = 48;
const MAP = 192;
const MAP_ENTRY = 56;
/** A plain object with its own keys, which V8 makes a dictionary. */
const RECORD = 88;
const RECORD_ENTRY = 96;
/** What a Set takes for a while, to find strings that are twice in a set. */
const SET_ENTRY = 56;

const STRING = 24;
const BIGINT = 24;
const BOXED_NUMBER = 16;
/** A Buffer is an object of V8 and of Node, an empty one with its own memory. */
const BUFFER = 200;
/** Put together from parts that stay. */
const UUID = 144;
const DECIMAL = 40;

/** Elements that an array gets room for before they have come; V8 makes longer ones dictionaries. */
export const MAX_PREALLOCATED = 2 ** 25;

/** Memory of a container itself, without elements that are structs or containers: those count for themselves. */
export interface ContainerCost {
  readonly base: number;
  readonly each: number;
}

/** Memory of a list, set or map, and of each of its entries. */
export function containerCost(type: ListShape | SetShape | MapShape): ContainerCost {
  if (type.kind === 'map') {
    const value = scalarCost(type.value);
    if (type.key.kind === 'string') {
      return { base: RECORD, each: RECORD_ENTRY + value };
    }
    return { base: MAP, each: MAP_ENTRY + scalarCost(type.key) + value };
  }
  const merged = type.kind === 'set' && type.element.kind === 'string' ? SET_ENTRY : 0;
  return { base: ARRAY, each: SLOT + scalarCost(type.element) + merged };
}

/** Memory that a value takes in addition to the slot that refers to it; none for structs and containers. */
export function scalarCost(type: TypeShape): number {
  switch (type.kind) {
    case 'i64':
      return { bigint: BIGINT, number: BOXED_NUMBER, string: DECIMAL }[type.as];
    case 'double':
      return BOXED_NUMBER;
    case 'string':
      return STRING;
    case 'binary':
      return BUFFER;
    case 'uuid':
      return UUID;
    default:
      return 0;
  }
}

/** Memory of the value of a field, charged when it comes; none for structs and containers, which count for themselves. */
export function fieldCost(struct: StructShape, field: FieldShape): number {
  return isCharged(struct, field) ? 0 : scalarCost(field.type);
}

/** Required scalars are charged with their struct, which cannot be without them. */
function isCharged({ kind }: StructShape, { requiredness }: FieldShape): boolean {
  return requiredness === 'required' && kind !== 'union';
}

/**
 * Memory of a struct with its default containers and required scalars, without the values of its other fields.
 *
 * @param grows whether the object gets its fields one after another, and not all at once.
 */
export function structCost(struct: StructShape, grows: boolean): number {
  const { kind, fields } = struct;
  const count = kind === 'union' ? 1 : fields.length;
  const defaults = fields.map((field) => constantCost(appliedDefault(struct, field)));
  const error = kind === 'exception' ? ERROR : 0;
  const required = fields.filter((field) => isCharged(struct, field));
  const values = [...defaults, ...required.map(({ type }) => scalarCost(type))];
  return OBJECT + slotsCost(count, grows) + error + values.reduce((sum, cost) => sum + cost, 0);
}

function slotsCost(count: number, grows: boolean): number {
  if (count > MAX_FAST_FIELDS) {
    return count * DICTIONARY_SLOT;
  }
  const room = grows || count === 0 ? EMPTY_SLOTS * SLOT : 0;
  return Math.max(count * (grows ? GROWN_SLOT : SLOT), room);
}

/** Memory of a default that is made for each struct; others are one value for all. */
function constantCost(value: unknown): number {
  const sum = (values: readonly unknown[], each: number) =>
    values.reduce<number>((total, item) => total + each + constantCost(item), 0);
  if (Array.isArray(value)) {
    return ARRAY + sum(value, SLOT);
  }
  if (value instanceof Map) {
    return MAP + sum([...value].flat(), MAP_ENTRY);
  }
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) {
    return 0;
  }
  return OBJECT + sum(Object.values(value), RECORD_ENTRY);
}

/** Whether a peer can choose keys of a Map that collide: V8 hashes numbers and bigints without a seed, all others with one. */
export function hasChosenKeys(type: TypeShape): boolean {
  const { kind } = type;
  if (kind === 'i64') {
    return type.as !== 'string';
  }
  return kind === 'i16' || kind === 'i32' || kind === 'enum' || kind === 'double';
}
