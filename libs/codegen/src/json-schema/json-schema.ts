import type { CodecOptions } from '@nestjs-thrift/codec/compiler';
import type { DefinitionReference } from '@nestjs-thrift/idl';
/** A JSON Schema of the dialect 2020-12, as far as Thrift types need it. */
export interface JsonSchema {
  $schema?: string;
  $comment?: string;
  $defs?: Record<string, JsonSchema>;
  $ref?: string;
  title?: string;
  description?: string;
  deprecated?: boolean;
  default?: JsonValue;
  type?: 'array' | 'boolean' | 'integer' | 'number' | 'object' | 'string';
  const?: JsonValue;
  enum?: JsonValue[];
  not?: JsonSchema;
  allOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  contentEncoding?: 'base64';
  items?: JsonSchema | false;
  prefixItems?: JsonSchema[];
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | false;
  propertyNames?: JsonSchema;
  minProperties?: number;
  maxProperties?: number;
}

/** What JSON can say. */
export type JsonValue =
  boolean | number | string | null | JsonValue[] | { [key: string]: JsonValue };

/** What the schema of a type depends on. */
export interface TypeContext {
  readonly i64: CodecOptions['i64'];
  /** The `$ref` of a struct, union, exception or enum. */
  refer(reference: DefinitionReference): string;
  /** The values of an enum. */
  membersOf(reference: DefinitionReference): readonly number[];
}
