import { setEntry } from '@nestjs-thrift/codec/internal';
import { constantValue, SchemaShapes } from '@nestjs-thrift/codec/compiler';
import {
  findEnum,
  findStruct,
  isTextInJson,
  nestedKeys,
  type DefinitionReference,
  type FieldSchema,
  type Schema,
  type StructSchema,
  type TypeSchema,
} from '@nestjs-thrift/idl/http';
import { type Json, JsonObject, JsonSyntaxError, parseJson } from '../json/parse-json.js';
import type { BindingRun } from './binding-run.js';
import { containerReader, mapReader, type ValueReader } from './container-readers.js';
import {
  BASE64_READER,
  BOOL,
  BYTES_OF_TEXT,
  DOUBLE_READER,
  enumReader,
  type I64Representation,
  i64Reader,
  integerReader,
  type ScalarReader,
  STRING,
  UUID_READER,
} from './scalar-readers.js';
import { zeroOf } from './zero-value.js';

/** Options of the readers of values. */
export interface ValueReaderOptions {
  /** Whether `binary` is base64 or plain text. */
  readonly binary: 'base64' | 'text';
  /** What is done with keys of JSON that the struct does not have. */
  readonly unknownFields: 'ignore' | 'reject';
  readonly i64: I64Representation;
}

/** A field whose values can be read. */
export interface ReadableField {
  readonly name: string;
  readonly reader: ValueReader;
  /** Whether an empty text means no value: the field has `api.js_conv`. */
  readonly isEmptyAbsent: boolean;
  /** Value of the field where a request has none; reports a problem if it must have one. */
  absent(run: BindingRun): unknown;
}

interface NestedField extends ReadableField {
  readonly keys: readonly string[];
}

/** The readers of the types of a schema, each made when it is first asked for. */
export class ValueReaders {
  readonly #schema: Schema;
  readonly #options: ValueReaderOptions;
  readonly #shapes: SchemaShapes;
  readonly #structs = new Map<string, ValueReader>();

  constructor(schema: Schema, options: ValueReaderOptions) {
    this.#schema = schema;
    this.#options = options;
    this.#shapes = new SchemaShapes(schema, { i64: options.i64, invalidUtf8: 'replace' });
  }

  /** How a field is read, and what it is where it is absent. */
  field(field: FieldSchema): ReadableField {
    const { name, type, requiredness, defaultValue } = field;
    const base = { name, reader: this.#reader(type), isEmptyAbsent: isTextInJson(field) };
    if (defaultValue !== undefined && requiredness !== 'optional') {
      const shape = this.#shapes.type(type);
      return { ...base, absent: () => constantValue(defaultValue, shape) };
    }
    switch (requiredness) {
      case 'required':
        return { ...base, absent: (run) => run.fail('required') };
      case 'optional':
        return { ...base, absent: () => undefined };
      case 'default':
        return { ...base, absent: () => zeroOf(type, this.#schema, this.#shapes) };
    }
  }

  #reader(type: TypeSchema): ValueReader {
    switch (type.kind) {
      case 'struct':
        return this.#struct(type.ref);
      case 'list':
      case 'set':
        return containerReader(type, this.#reader(type.element));
      case 'map':
        return mapReader(type, this.#reader(type.key), this.#reader(type.value));
      default:
        return withTexts(this.#scalar(type));
    }
  }

  #scalar(type: TypeSchema): ScalarReader {
    switch (type.kind) {
      case 'bool':
        return BOOL;
      case 'i8':
        return integerReader('i8', 8);
      case 'i16':
        return integerReader('i16', 16);
      case 'i32':
        return integerReader('i32', 32);
      case 'i64':
        return i64Reader(this.#options.i64);
      case 'double':
        return DOUBLE_READER;
      case 'binary':
        return this.#options.binary === 'base64' ? BASE64_READER : BYTES_OF_TEXT;
      case 'uuid':
        return UUID_READER;
      case 'enum': {
        const { name, members } = findEnum(this.#schema, type.ref);
        return enumReader(name, new Map(members.map((member) => [member.name, member.value])));
      }
      default:
        return STRING;
    }
  }

  #struct(reference: DefinitionReference): ValueReader {
    const key = `${reference.file}#${reference.name}`;
    const known = this.#structs.get(key);
    if (known !== undefined) {
      return known;
    }
    const reader = structReader();
    // Known before its fields are: structs refer to each other in circles.
    this.#structs.set(key, reader);
    const struct = findStruct(this.#schema, reference);
    reader.complete(
      struct,
      struct.fields.map((field) => ({ ...this.field(field), keys: nestedKeys(field) })),
      this.#options,
    );
    return reader;
  }
}

interface StructReader extends ValueReader {
  complete(struct: StructSchema, fields: readonly NestedField[], options: ValueReaderOptions): void;
}

function structReader(): StructReader {
  let read: ValueReader['fromJson'];
  const fromText = (text: string, run: BindingRun) => {
    const json = jsonOf(text, run);
    return json === undefined ? undefined : read(json, run);
  };
  return {
    fromText,
    fromTexts: ([text = ''], run) => fromText(text, run),
    fromJson: (json, run) => read(json, run),
    complete: (struct, fields, options) => {
      const known = new Set(fields.flatMap(({ keys }) => keys));
      read = (json, run) => {
        if (!(json instanceof JsonObject)) {
          return run.fail('object expected');
        }
        if (options.unknownFields === 'reject') {
          failUnknown(json, known, run);
        }
        return struct.kind === 'union'
          ? readUnion(json, fields, run)
          : readStruct(json, fields, run);
      };
    },
  };
}

function readStruct(
  json: JsonObject<Json>,
  fields: readonly NestedField[],
  run: BindingRun,
): unknown {
  const value: Record<string, unknown> = {};
  for (const field of fields) {
    setEntry(value, field.name, readNested(json, field, run, true));
  }
  return value;
}

function readUnion(
  json: JsonObject<Json>,
  fields: readonly NestedField[],
  run: BindingRun,
): unknown {
  const value: Record<string, unknown> = {};
  const present = fields.filter((field) => presentKey(json, field) !== undefined);
  const [only] = present;
  if (only === undefined || present.length > 1) {
    return run.fail('one field of the union expected');
  }
  setEntry(value, only.name, readNested(json, only, run, false));
  return value;
}

function readNested(
  json: JsonObject<Json>,
  field: NestedField,
  run: BindingRun,
  isFilled: boolean,
): unknown {
  const key = presentKey(json, field);
  if (key === undefined && !isFilled) {
    return undefined;
  }
  run.path.push(key ?? field.keys[0] ?? field.name);
  const value =
    key === undefined ? field.absent(run) : field.reader.fromJson(json.get(key) ?? null, run);
  run.path.pop();
  return value;
}

function presentKey(
  json: JsonObject<Json>,
  { keys, isEmptyAbsent }: NestedField,
): string | undefined {
  for (const key of keys) {
    if (isPresent(json.get(key), isEmptyAbsent)) {
      return key;
    }
  }
  return undefined;
}

/** Whether a value of JSON counts as one: null does not, and an empty text not where it stands for a number. */
export function isPresent(json: Json | undefined, isEmptyAbsent: boolean): json is Json {
  return json !== undefined && json !== null && !(isEmptyAbsent && json === '');
}

/** Reports the keys of an object that nothing reads. */
export function failUnknown(
  json: JsonObject<Json>,
  known: ReadonlySet<string>,
  run: BindingRun,
): void {
  for (const key of json.keys()) {
    if (!known.has(key)) {
      run.path.push(key);
      run.fail('unknown field');
      run.path.pop();
    }
  }
}

/** The value of a text of JSON; `undefined` if it is none, which the run knows then. */
export function jsonOf(text: string, run: BindingRun): Json | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      return run.fail(error.message);
    }
    throw error;
  }
}

function withTexts(scalar: ScalarReader): ValueReader {
  return { ...scalar, fromTexts: ([text = ''], run) => scalar.fromText(text, run) };
}
