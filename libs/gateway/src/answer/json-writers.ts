import {
  type DefinitionReference,
  type FieldSchema,
  findStruct,
  isHidden,
  isTextInJson,
  jsonKey,
  type Schema,
  type TypeSchema,
} from '@nestjs-thrift/idl/http';

/** Writes a value of some type as JSON; values come as codecs give them. */
export type JsonWriter = (value: unknown) => string;

/** How an i64 is written: as digits unless its field has `api.js_conv`, or as text always. */
export type I64InJson = 'idl' | 'string';

/** A field of an object of JSON. */
export interface JsonMember {
  /** The key with its colon. */
  readonly head: string;
  readonly name: string;
  readonly write: JsonWriter;
}

const writeText: JsonWriter = (value) => JSON.stringify(value);
const writeDigits: JsonWriter = (value) => String(value as bigint);
const quoteDigits: JsonWriter = (value) => `"${String(value as bigint)}"`;
const writeDouble: JsonWriter = (value) =>
  Number.isFinite(value) ? String((value as number) + 0) : `"${String(value as number)}"`;

/**
 * The writers of the types of a schema. `JSON.stringify` cannot write an i64 as a number, and the text is made without a copy of the
 * value this way.
 */
export class JsonWriters {
  readonly #schema: Schema;
  readonly #i64: I64InJson;
  readonly #structs = new Map<string, JsonWriter>();

  constructor(schema: Schema, i64: I64InJson) {
    this.#schema = schema;
    this.#i64 = i64;
  }

  /** The writer of a field: its annotations say how integers are written. */
  field(field: FieldSchema): JsonWriter {
    return this.type(field.type, this.#i64 === 'string' || isTextInJson(field));
  }

  /** A field as a member of an object under a key. */
  member(field: FieldSchema, key: string): JsonMember {
    return { head: `${JSON.stringify(key)}:`, name: field.name, write: this.field(field) };
  }

  /** The writer of a type. @param isText whether an i64 is text, in containers too */
  type(type: TypeSchema, isText = this.#i64 === 'string'): JsonWriter {
    switch (type.kind) {
      case 'bool':
      case 'i8':
      case 'i16':
      case 'i32':
      case 'enum':
        return writeDigits;
      case 'i64':
        return isText ? quoteDigits : writeDigits;
      case 'double':
        return writeDouble;
      case 'binary':
        return writeBytes;
      case 'list':
      case 'set':
        return arrayWriter(this.type(type.element, isText));
      case 'map':
        return this.#map(type, isText);
      case 'struct':
        return this.#struct(type.ref);
      default:
        return writeText;
    }
  }

  #map({ key, value }: Extract<TypeSchema, { kind: 'map' }>, isText: boolean): JsonWriter {
    const writeValue = this.type(value, isText);
    const writeKey = this.type(key, isText);
    switch (key.kind) {
      case 'struct':
      case 'list':
      case 'set':
      case 'map':
        return arrayWriter((entry) => {
          const [entryKey, entryValue] = entry as [unknown, unknown];
          return `[${writeKey(entryKey)},${writeValue(entryValue)}]`;
        });
      default:
        return objectWriter(inQuotes(writeKey), writeValue);
    }
  }

  #struct(reference: DefinitionReference): JsonWriter {
    const key = `${reference.file}#${reference.name}`;
    const known = this.#structs.get(key);
    if (known !== undefined) {
      return known;
    }
    const members: JsonMember[] = [];
    const write: JsonWriter = (value) => `{${writeMembers(members, value as object)}}`;
    // Known before its members are: structs refer to each other in circles.
    this.#structs.set(key, write);
    for (const field of findStruct(this.#schema, reference).fields) {
      if (!isHidden(field)) {
        members.push(this.member(field, jsonKey(field)));
      }
    }
    return write;
  }
}

/** The members of an object that have a value, without the braces. */
export function writeMembers(members: readonly JsonMember[], value: object): string {
  let text = '';
  for (const { head, name, write } of members) {
    const member = ownValue(value, name);
    if (member !== undefined && member !== null) {
      text += text === '' ? head + write(member) : `,${head}${write(member)}`;
    }
  }
  return text;
}

/** A property of the value itself: a field may have a name that all objects have. */
export function ownValue(value: object, name: string): unknown {
  return name in Object.prototype && !Object.hasOwn(value, name)
    ? undefined
    : (value as Record<string, unknown>)[name];
}

/** Bytes as base64. */
export function base64Of({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

function writeBytes(value: unknown): string {
  return `"${base64Of(value as Uint8Array)}"`;
}

function arrayWriter(writeElement: JsonWriter): JsonWriter {
  return (value) => {
    let text = '';
    for (const item of value as Iterable<unknown>) {
      text += text === '' ? writeElement(item) : `,${writeElement(item)}`;
    }
    return `[${text}]`;
  };
}

function objectWriter(writeKey: JsonWriter, writeValue: JsonWriter): JsonWriter {
  return (value) => {
    const entries: Iterable<[unknown, unknown]> =
      value instanceof Map ? value : Object.entries(value as object);
    let text = '';
    for (const [key, item] of entries) {
      text += `${text === '' ? '' : ','}${writeKey(key)}:${writeValue(item)}`;
    }
    return `{${text}}`;
  };
}

/** A key of an object is text, whatever its type. */
function inQuotes(writeKey: JsonWriter): JsonWriter {
  return (key) => {
    const text = writeKey(key);
    return text.startsWith('"') ? text : `"${text}"`;
  };
}
