import {
  findStruct,
  isHidden,
  jsonKey,
  resultMapping,
  type TypeSchema,
  type Schema,
} from '@nestjs-thrift/idl/http';
import { type JsonWriter, type JsonWriters, writeMembers } from './json-writers.js';

/**
 * The writer of the messages of a stream. A message is one of many in a response, so that fields which would be its headers, cookies or
 * its status are members like all others.
 */
export function messageWriter(type: TypeSchema, schema: Schema, writers: JsonWriters): JsonWriter {
  if (type.kind !== 'struct') {
    return writers.type(type);
  }
  const members = findStruct(schema, type.ref)
    .fields.filter((field) => !isHidden(field))
    .map((field) => {
      const mapping = resultMapping(field);
      return writers.member(field, mapping.kind === 'body' ? mapping.key : jsonKey(field));
    });
  return (message) => `{${writeMembers(members, message as object)}}`;
}
