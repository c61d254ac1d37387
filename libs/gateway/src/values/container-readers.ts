import { ProtocolError } from '@nestjs-thrift/codec';
import {
  isComparedByIdentity,
  setEntry,
  watchedMap,
  withoutDuplicates,
} from '@nestjs-thrift/codec/internal';
import type { TypeSchema } from '@nestjs-thrift/idl/http';
import { type Json, JsonObject, JsonSyntaxError, parseJson } from '../json/parse-json.js';
import type { BindingRun } from './binding-run.js';
import type { ScalarReader } from './scalar-readers.js';

/** How the value of a type is read from what a request has; see {@link ScalarReader}. */
export interface ValueReader extends ScalarReader {
  /** From all values of one name; at least one. */
  fromTexts(texts: readonly string[], run: BindingRun): unknown;
}

/** Elements of one list, set or map. */
const MAX_ELEMENTS = 65_536;

type Container = Extract<TypeSchema, { kind: 'list' | 'set' }>;
type MapType = Extract<TypeSchema, { kind: 'map' }>;

/** Kinds whose text contains commas. */
const NOT_SPLIT: readonly TypeSchema['kind'][] = ['struct', 'map'];

/**
 * A list or set: an array of JSON; as text an array of JSON too, or elements with commas between them, or one text for each
 * element.
 */
export function containerReader(
  { kind, element: { kind: elementKind } }: Container,
  element: ValueReader,
): ValueReader {
  const isScalarSet = kind === 'set' && !isComparedByIdentity(elementKind);
  // The codec demands each element once.
  const finish = (values: unknown[]) => (isScalarSet ? withoutDuplicates(values) : values);

  function fromJson(json: Json, run: BindingRun): unknown {
    if (!Array.isArray(json)) {
      return run.fail('array expected');
    }
    return readAll(json, run, (item) => fromElement(item, element, run), finish);
  }

  function fromTexts(texts: readonly string[], run: BindingRun): unknown {
    const [text = ''] = texts;
    if (texts.length === 1) {
      return fromText(text, run);
    }
    return readAll(texts, run, (item) => element.fromText(item, run), finish);
  }

  function fromText(text: string, run: BindingRun): unknown {
    const array = text.startsWith('[') ? arrayOf(text) : undefined;
    if (array !== undefined) {
      return fromJson(array, run);
    }
    const parts = NOT_SPLIT.includes(elementKind) ? [text] : text.split(',');
    const trimmed = elementKind === 'string' ? parts : parts.map((part) => part.trim());
    return readAll(trimmed, run, (item) => element.fromText(item, run), finish);
  }

  return { fromJson, fromText, fromTexts };
}

/** A map: an object of JSON, or an array of `[key, value]` for keys that have no text. */
export function mapReader(type: MapType, key: ValueReader, value: ValueReader): ValueReader {
  const finish = (read: (readonly [unknown, unknown] | undefined)[], run: BindingRun) => {
    const entries = read.filter((entry) => entry !== undefined);
    return type.key.kind === 'string' ? recordOf(entries) : mapOf(entries, run);
  };

  function fromJson(json: Json, run: BindingRun): unknown {
    if (json instanceof JsonObject) {
      return readEntries([...json], run, finish, (item) => key.fromText(item, run), value);
    }
    if (!Array.isArray(json) || type.key.kind === 'string') {
      return run.fail('object expected');
    }
    return readAll(json, run, (pair) => readPair(pair, key, value, run), finish);
  }

  function fromText(text: string, run: BindingRun): unknown {
    let json: Json;
    try {
      json = parseJson(text);
    } catch (error) {
      return run.fail((error as JsonSyntaxError).message);
    }
    return fromJson(json, run);
  }

  return { fromJson, fromText, fromTexts: ([text = ''], run) => fromText(text, run) };
}

/** Reads elements, each with its index in the path. */
function readAll<T, R>(
  items: readonly T[],
  run: BindingRun,
  read: (item: T) => R,
  finish: (values: R[], run: BindingRun) => unknown,
): unknown {
  if (items.length > MAX_ELEMENTS) {
    return run.fail(`more than ${MAX_ELEMENTS} elements`);
  }
  const { path } = run;
  const level = path.length;
  const values: R[] = [];
  for (let index = 0; index < items.length; index += 1) {
    path[level] = index;
    values.push(read(items[index]!));
  }
  path.length = level;
  return finish(values, run);
}

function readEntries(
  entries: readonly (readonly [string, Json])[],
  run: BindingRun,
  finish: (entries: (readonly [unknown, unknown] | undefined)[], run: BindingRun) => unknown,
  readKey: (text: string) => unknown,
  value: ValueReader,
): unknown {
  const { path } = run;
  const level = path.length;
  return readAll(entries, run, readEntry, finish);

  function readEntry([name, item]: readonly [string, Json]): readonly [unknown, unknown] {
    // The key says more than the index of the entry.
    path[level] = name;
    return [readKey(name), fromElement(item, value, run)];
  }
}

function readPair(
  pair: Json,
  key: ValueReader,
  value: ValueReader,
  run: BindingRun,
): readonly [unknown, unknown] | undefined {
  if (!Array.isArray(pair) || pair.length !== 2) {
    return run.fail('[key, value] expected');
  }
  const [keyJson = null, valueJson = null] = pair;
  return [fromElement(keyJson, key, run), fromElement(valueJson, value, run)];
}

/** A list of Thrift has no place for nothing. */
function fromElement(json: Json, reader: ValueReader, run: BindingRun): unknown {
  return json === null ? run.fail('null') : reader.fromJson(json, run);
}

function recordOf(entries: readonly (readonly [unknown, unknown])[]): unknown {
  const record: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    setEntry(record, String(key), value);
  }
  return record;
}

/** Callers choose the keys, and may choose ones for which a Map takes quadratic time. */
function mapOf(entries: readonly (readonly [unknown, unknown])[], run: BindingRun): unknown {
  try {
    return watchedMap(entries, 'map');
  } catch (error) {
    if (error instanceof ProtocolError) {
      return run.fail('keys that collide in a hash table');
    }
    throw error;
  }
}

function arrayOf(text: string): Json[] | undefined {
  try {
    const json = parseJson(text);
    return Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
