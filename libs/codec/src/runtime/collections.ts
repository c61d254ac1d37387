import { types } from 'node:util';
import { shortBigint } from './failures.js';
import { i64FromText } from './numbers.js';
import { ScalarTable } from './scalar-table.js';

/** Whether a value is a Buffer or another Uint8Array, of whatever realm. */
export function isBytes(value: unknown): value is Uint8Array {
  return types.isUint8Array(value);
}

/** The elements of a set to be written: any iterable but text; undefined when the value is none. */
export function setElements<T>(value: Iterable<T>): readonly T[] | undefined {
  if (Array.isArray(value)) {
    return value as readonly T[];
  }
  const iterable = typeof value === 'object' && value !== null && Symbol.iterator in value;
  return iterable ? [...value] : undefined;
}

/** Whether no two scalars are the same value. */
export function areDistinct(values: readonly unknown[]): boolean {
  if (values.length <= SCANNED_ELEMENTS) {
    return !values.some((value, index) => values.includes(value, index + 1));
  }
  const table = new ScalarTable(values);
  for (let index = 0; index < values.length; index += 1) {
    if (table.repeats(index)) {
      return false;
    }
  }
  return true;
}

/** As {@link areDistinct}, for i64 in all the representations that are taken. */
export function areDistinctIntegers(values: readonly unknown[]): boolean {
  return areDistinct(values.map(toBigint));
}

/** As {@link areDistinct}, for UUIDs in upper and lower case. */
export function areDistinctUuids(values: readonly unknown[]): boolean {
  return areDistinct(
    values.map((value) => (typeof value === 'string' ? value.toLowerCase() : value)),
  );
}

/** The elements of a set that was read, each scalar once, as a set is understood everywhere else. */
export function withoutDuplicates<T>(values: T[]): T[] {
  if (areDistinct(values)) {
    return values;
  }
  const table = new ScalarTable(values);
  return values.filter((_, index) => !table.repeats(index));
}

/**
 * The entries of a `map<string, …>` to be written as an object; also takes a Map with strings as keys. Undefined when
 * the value is neither.
 */
export function mapRecord<V>(
  value: Readonly<Record<string, V>>,
): Readonly<Record<string, V>> | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  // Nearly all are plain objects, and asking for anything else costs as much as writing an entry.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    return value;
  }
  if (value instanceof Map) {
    return recordOfMap(value);
  }
  return Symbol.iterator in value || isBytes(value) ? undefined : value;
}

/** Adds the entry of a `map<string, …>` whose key is `__proto__`: assigning it would set the prototype. */
export function defineEntry(record: object, key: string, value: unknown): void {
  Object.defineProperty(record, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

/** Sets an entry of a plain object under any key. Assigning costs a fraction of {@link defineEntry}. */
export function setEntry(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    defineEntry(record, key, value);
  } else {
    record[key] = value;
  }
}

/** How a map key looks in the path of an error. */
export function keyText(key: unknown): string {
  switch (typeof key) {
    case 'string':
      return JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key);
    case 'number':
    case 'boolean':
      return String(key);
    case 'bigint':
      return shortBigint(key);
    default:
      return typeof key;
  }
}

/** Up to this size looking through the elements is cheaper than making a table. */
const SCANNED_ELEMENTS = 16;

function toBigint(value: unknown): unknown {
  return Number.isSafeInteger(value) ? BigInt(value as number) : i64FromText(value);
}

function recordOfMap<V>(map: ReadonlyMap<unknown, V>): Record<string, V> | undefined {
  const record: Record<string, V> = {};
  for (const [key, value] of map) {
    if (typeof key !== 'string') {
      return undefined;
    }
    setEntry(record, key, value);
  }
  return record;
}
