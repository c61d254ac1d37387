import { findStruct } from '../schema/queries.js';
import type { MethodSchema, Schema, SourcePosition } from '../schema/schema.js';
import { resultMapping } from './field-mapping.js';

/** Something in the IDL that keeps a route or a field from being served over HTTP. */
export interface HttpFault {
  readonly file: string;
  readonly position: SourcePosition;
  readonly message: string;
}

/** Headers that belong to the connection, or say where a message ends: a service cannot set them, and they are not forwarded. */
const CONNECTION_HEADERS: readonly string[] = [
  'connection',
  'content-length',
  'date',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Whether a text can be the name of a header or of a cookie. */
export function isHeaderName(name: string): boolean {
  return HEADER_NAME.test(name);
}

/** Whether a text can be the name of a header that a message carries from end to end. */
export function isEndToEndHeader(name: string): boolean {
  return isHeaderName(name) && !CONNECTION_HEADERS.includes(name.toLowerCase());
}

/** The headers and cookies of the result and the exceptions of a method that cannot have their names. */
export function headerFaults(
  { returns, exceptions, stream }: MethodSchema,
  schema: Schema,
): HttpFault[] {
  // The messages of a stream have no headers.
  const result = returns === undefined || stream === 'server' ? [] : [returns];
  const types = [...result, ...exceptions.map(({ type }) => type)];
  return types.flatMap((type) => {
    if (type.kind !== 'struct') {
      return [];
    }
    const { name: struct, fields } = findStruct(schema, type.ref);
    return fields.flatMap((field) => {
      const mapping = resultMapping(field);
      const isWrong =
        (mapping.kind === 'header' && !isEndToEndHeader(mapping.name)) ||
        (mapping.kind === 'cookie' && !isHeaderName(mapping.name));
      const message = `${field.name} of ${struct} cannot be sent as the ${mapping.kind} ${nameOf(mapping)}`;
      return isWrong ? [{ file: type.ref.file, position: field.position, message }] : [];
    });
  });
}

function nameOf(mapping: object): string {
  return 'name' in mapping ? JSON.stringify(mapping.name) : '';
}
