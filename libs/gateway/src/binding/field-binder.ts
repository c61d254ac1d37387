import {
  type FieldSchema,
  type HttpPlace,
  type HttpSource,
  jsonKey,
  requestMapping,
} from '@nestjs-thrift/idl/http';
import { cookieValue, headerValues } from '../request/headers.js';
import type { TextsByName } from '../request/pairs.js';
import type { RequestBody } from '../request/request-body.js';
import { BindingRun } from '../values/binding-run.js';
import { isPresent, type ReadableField, type ValueReaders } from '../values/value-readers.js';

/** A request, parsed as far as its method needs. */
export interface ParsedRequest {
  readonly target: string;
  readonly query: TextsByName;
  readonly rawHeaders: readonly string[];
  /** The value of a parameter of the path; `undefined` if the route has none of the name. */
  readonly pathValue: (name: string) => string | undefined;
  readonly body: RequestBody;
  /** The bytes of the body. */
  readonly bytes: Uint8Array;
}

/** What a source gives that has nothing for a field. */
const ABSENT = Symbol('absent');

/** Reads a field from a source, or gives {@link ABSENT}. */
type Finder = (request: ParsedRequest, run: BindingRun) => unknown;

/** How one field of a request gets its value. */
export interface FieldBinder {
  readonly name: string;
  /** Keys of a JSON body that the field is read from. */
  readonly bodyKeys: readonly string[];
  readonly readsQuery: boolean;
  readonly readsBytes: boolean;
  /** Whether the request has a value for the field. */
  isPresent(request: ParsedRequest): boolean;
  /** The value, or that of an absent field; tells the run what is wrong. */
  bind(request: ParsedRequest, run: BindingRun): unknown;
}

/** What the binder of a field depends on in addition to the field. */
export interface FieldBinderOptions {
  /** Places of a field that names none. */
  readonly defaultPlaces: readonly HttpPlace[];
  /** Whether a field that names a place is also read from the body, under its own name. */
  readonly bodyFallback: boolean;
}

/** Makes the binder of a field; none for a field that no request can set. */
export function fieldBinder(
  field: FieldSchema,
  readers: ValueReaders,
  options: FieldBinderOptions,
): FieldBinder {
  const mapping = requestMapping(field);
  const readable = readers.field(field);
  switch (mapping.kind) {
    case 'none':
      return withoutSources(readable, () => undefined);
    case 'raw-body':
      return { ...withoutSources(readable, bytesOf(field)), readsBytes: true };
    case 'raw-uri':
      return withoutSources(readable, ({ target }) => target);
    case 'sources':
      return fromSources(field, sourcesOf(field, mapping.sources, options), readable);
  }
}

function sourcesOf(
  field: FieldSchema,
  annotated: readonly HttpSource[],
  { defaultPlaces, bodyFallback }: FieldBinderOptions,
): readonly HttpSource[] {
  const name = jsonKey(field);
  if (annotated.length === 0) {
    return defaultPlaces.map((place) => ({ place, name }));
  }
  return bodyFallback ? [...annotated, { place: 'body', name }] : annotated;
}

function bytesOf({ type }: FieldSchema): (request: ParsedRequest) => unknown {
  return ({ bytes }) => {
    if (bytes.length === 0) {
      return undefined;
    }
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    return type.kind === 'string' ? buffer.toString() : buffer;
  };
}

function withoutSources(
  field: ReadableField,
  read: (request: ParsedRequest) => unknown,
): FieldBinder {
  return {
    name: field.name,
    bodyKeys: [],
    readsQuery: false,
    readsBytes: false,
    isPresent: (request) => read(request) !== undefined,
    bind(request, run) {
      run.enter(field.name);
      return read(request) ?? field.absent(run);
    },
  };
}

function fromSources(
  { type }: FieldSchema,
  sources: readonly HttpSource[],
  field: ReadableField,
): FieldBinder {
  const finders = sources.map((source) => ({
    find: finderOf(source, field, type.kind === 'binary'),
    placeIn: placeOf(source),
  }));
  const [first] = finders;
  const names = (place: HttpPlace) =>
    sources.filter((source) => source.place === place).map(({ name }) => name);
  return {
    name: field.name,
    bodyKeys: [...names('body'), ...names('form')],
    readsQuery: names('query').length > 0,
    readsBytes: false,
    isPresent: (request) => finders.some(({ find }) => find(request, new BindingRun()) !== ABSENT),
    bind(request, run) {
      for (const { find, placeIn } of finders) {
        run.enter(placeIn(request));
        const value = find(request, run);
        if (value !== ABSENT) {
          return value;
        }
      }
      run.enter(first?.placeIn(request) ?? field.name);
      return field.absent(run);
    },
  };
}

/** A field of the body is named as in the JSON; everything else with its place in front. */
function placeOf({ place, name }: HttpSource): (request: ParsedRequest) => string {
  const named = `${place} ${name}`;
  if (place !== 'body' && place !== 'form') {
    return () => named;
  }
  const inForm = `form ${name}`;
  const elsewhere = place === 'body' ? name : inForm;
  return ({ body }) => (body.kind === 'json' ? name : body.kind === 'form' ? inForm : elsewhere);
}

function finderOf(
  { place, name }: HttpSource,
  { reader, isEmptyAbsent }: ReadableField,
  isBinary: boolean,
): Finder {
  const ofTexts = (texts: readonly string[] | undefined, run: BindingRun): unknown => {
    const isEmpty =
      texts === undefined || texts.length === 0 || (texts.length === 1 && texts[0] === '');
    return isEmpty ? ABSENT : reader.fromTexts(texts, run);
  };
  const ofText = (text: string | undefined, run: BindingRun): unknown =>
    text === undefined || text === '' ? ABSENT : reader.fromTexts([text], run);
  switch (place) {
    case 'path':
      return ({ pathValue }, run) => ofText(pathValue(name), run);
    case 'query':
      return ({ query }, run) => ofTexts(query.get(name), run);
    case 'cookie':
      return ({ rawHeaders }, run) => ofText(cookieValue(rawHeaders, name), run);
    case 'header': {
      const lower = name.toLowerCase();
      return ({ rawHeaders }, run) => ofTexts(headerValues(rawHeaders, lower), run);
    }
    case 'form':
    case 'body':
      return ({ body }, run) => {
        if (body.kind === 'json') {
          const json = body.object.get(name);
          return isPresent(json, isEmptyAbsent) ? reader.fromJson(json, run) : ABSENT;
        }
        if (body.kind !== 'form') {
          return ABSENT;
        }
        const file = isBinary ? body.form.files.get(name)?.[0] : undefined;
        return file ?? ofTexts(body.form.texts.get(name), run);
      };
  }
}
