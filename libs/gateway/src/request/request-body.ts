import type { IncomingHttpHeaders } from 'node:http';
import { type Json, JsonObject, JsonSyntaxError, parseJson } from '../json/parse-json.js';
import { InvalidRequestError } from '../values/binding-run.js';
import { type MediaType, mediaTypeOf } from './media-type.js';
import { MultipartError, parseMultipart } from './multipart.js';
import { PairsError, pairsOf, type TextsByName, textOfBytes } from './pairs.js';

/** The values of a form. */
export interface Form {
  readonly texts: TextsByName;
  /** Files of a multipart form by the name of their part. */
  readonly files: ReadonlyMap<string, readonly Buffer[]>;
}

/** What is in the body of a request. */
export type RequestBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly object: JsonObject<Json> }
  | { readonly kind: 'form'; readonly form: Form }
  /** Bytes of a type that nothing but a field of raw bytes takes. */
  | { readonly kind: 'other' };

/** A body of a type that the method cannot read. */
export class UnsupportedMediaTypeError extends Error {
  constructor(type: string, taken = 'JSON or a form') {
    super(`the method takes ${taken}, not ${type.slice(0, 100)}`);
    this.name = 'UnsupportedMediaTypeError';
  }
}

const NO_FILES: Form['files'] = new Map();

/**
 * Parses a body.
 *
 * @param takesBytes whether the method has a field for the bytes of the body, so that any type is right
 * @returns a promise for multipart bodies alone
 * @throws InvalidRequestError for bytes that are not what their type says, {@link UnsupportedMediaTypeError} for another type.
 */
export function parseBody(
  bytes: Uint8Array,
  headers: IncomingHttpHeaders,
  takesBytes: boolean,
): RequestBody | Promise<RequestBody> {
  if (bytes.length === 0) {
    return { kind: 'none' };
  }
  const contentType = headers['content-type'];
  const type = mediaTypeOf(contentType);
  switch (type.format) {
    case 'json':
      return { kind: 'json', object: jsonObjectOf(bytes) };
    case 'urlencoded':
      return { kind: 'form', form: { texts: urlencodedOf(bytes), files: NO_FILES } };
    case 'multipart':
      return multipartOf(bytes, contentType ?? '');
    case 'other':
      return otherBody(type, takesBytes);
  }
}

function otherBody({ name }: MediaType, takesBytes: boolean): RequestBody {
  if (!takesBytes) {
    throw new UnsupportedMediaTypeError(name);
  }
  return { kind: 'other' };
}

async function multipartOf(bytes: Uint8Array, contentType: string): Promise<RequestBody> {
  try {
    return { kind: 'form', form: await parseMultipart(bytes, contentType) };
  } catch (error) {
    throw error instanceof MultipartError ? invalidBody(error.message) : error;
  }
}

/** The JSON object of bytes. @throws InvalidRequestError for anything else. */
export function jsonObjectOf(bytes: Uint8Array): JsonObject<Json> {
  try {
    const json = parseJson(textOfBytes(bytes));
    if (json instanceof JsonObject) {
      return json;
    }
  } catch (error) {
    if (error instanceof JsonSyntaxError || error instanceof PairsError) {
      throw invalidBody(error.message);
    }
    throw error;
  }
  throw invalidBody('object expected');
}

function urlencodedOf(bytes: Uint8Array): TextsByName {
  try {
    return pairsOf(textOfBytes(bytes));
  } catch (error) {
    throw error instanceof PairsError ? invalidBody(error.message) : error;
  }
}

function invalidBody(message: string): InvalidRequestError {
  return new InvalidRequestError([{ place: 'body', message }], 1);
}
