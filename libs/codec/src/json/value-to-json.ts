import {
  isStruct,
  type EnumShape,
  type MapShape,
  type StructShape,
  type TypeShape,
} from '../definition/shape.js';
import { defineEntry } from '../runtime/collections.js';

/** How {@link valueToJson} represents what JSON has two forms of. */
export interface ValueToJsonOptions {
  /** An i64: `string` is decimal text, `number` a bigint for `stringifyJson`. @defaultValue `string` */
  readonly i64?: 'string' | 'number';
}

/** Types whose values are text in JSON, so that they can be names of an object. */
const TEXT_KEYS: ReadonlySet<TypeShape['kind']> = new Set([
  'bool',
  'i8',
  'i16',
  'i32',
  'i64',
  'string',
  'uuid',
  'enum',
] as const);

/** A decoded value as JSON, in the form that `valueFromJson` reads. A field has one type of JSON, whatever its value. */
export function valueToJson(
  value: unknown,
  type: TypeShape,
  options: ValueToJsonOptions = {},
): unknown {
  if (isStruct(type)) {
    return structToJson(value as Record<string, unknown>, type, options);
  }
  switch (type.kind) {
    case 'i64':
      return options.i64 === 'number' ? BigInt(value as bigint) : String(value);
    case 'double':
      return Number.isFinite(value) ? value : String(value);
    case 'binary': {
      const { buffer, byteOffset, byteLength } = value as Uint8Array;
      return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
    }
    case 'enum':
      return memberName(value as number, type);
    case 'list':
    case 'set':
      return Array.from(value as Iterable<unknown>, (each) =>
        valueToJson(each, type.element, options),
      );
    case 'map':
      return mapToJson(value as object, type, options);
    default:
      return value;
  }
}

const names = new WeakMap<EnumShape, ReadonlyMap<number, string>>();

function memberName(value: number, type: EnumShape): string | number {
  let index = names.get(type);
  if (index === undefined) {
    // Of names with the same number the first one counts.
    index = new Map(
      Object.entries(type.members)
        .toReversed()
        .map(([name, number]) => [number, name]),
    );
    names.set(type, index);
  }
  return index.get(value) ?? value;
}

function structToJson(
  value: Readonly<Record<string, unknown>>,
  { fields }: StructShape,
  options: ValueToJsonOptions,
): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const { name, type } of fields) {
    const member = Object.hasOwn(value, name) ? value[name] : undefined;
    if (member !== undefined && member !== null) {
      defineEntry(json, name, valueToJson(member, type, options));
    }
  }
  return json;
}

function mapToJson(
  value: object,
  { key, value: item }: MapShape,
  options: ValueToJsonOptions,
): unknown {
  const entries = value instanceof Map ? [...value.entries()] : Object.entries(value);
  const pairs = entries.map(
    ([name, each]) => [valueToJson(name, key, options), valueToJson(each, item, options)] as const,
  );
  if (!TEXT_KEYS.has(key.kind)) {
    return pairs;
  }
  // An own property whatever its name.
  return Object.fromEntries(pairs.map(([name, each]) => [String(name), each]));
}
