import { JsonNumber, type JsonValue } from '@nestjs-thrift/codec/json';
import type { TypeShape } from '@nestjs-thrift/codec/compiler';
import type { FieldPaths } from './field-paths.js';
import { isJsonObject } from './traffic-json.js';

/** What a recording has in the place of a value that was left out. */
export const REDACTED = '[redacted]';

/** JSON without the values at the paths. */
export function redacted(json: unknown, place: string, paths: FieldPaths): unknown {
  if (paths.matches(place)) {
    return REDACTED;
  }
  if (Array.isArray(json)) {
    return json.map((each) => redacted(each, place, paths));
  }
  if (typeof json !== 'object' || json === null) {
    return json;
  }
  const members = Object.entries(json).map(
    ([name, each]) => [name, redacted(each, `${place}.${name}`, paths)] as const,
  );
  return Object.fromEntries(members);
}

/** The same JSON with a value that fits the type where one was left out; text stays as it is. */
export function withPlaceholders(json: JsonValue, type: TypeShape): JsonValue {
  if (json === REDACTED) {
    return placeholder(type);
  }
  switch (type.kind) {
    case 'list':
    case 'set':
      return Array.isArray(json) ? json.map((each) => withPlaceholders(each, type.element)) : json;
    case 'map':
      return mapWithPlaceholders(json, type.value);
    case 'struct':
    case 'union':
    case 'exception': {
      const types = new Map(type.fields.map((field) => [field.name, field.type]));
      return withMembers(json, (name) => types.get(name));
    }
    default:
      return json;
  }
}

function mapWithPlaceholders(json: JsonValue, type: TypeShape): JsonValue {
  if (!Array.isArray(json)) {
    return withMembers(json, () => type);
  }
  return json.map((pair) =>
    Array.isArray(pair) && pair.length === 2 ? [pair[0]!, withPlaceholders(pair[1]!, type)] : pair,
  );
}

function withMembers(json: JsonValue, typeOf: (name: string) => TypeShape | undefined): JsonValue {
  if (!isJsonObject(json)) {
    return json;
  }
  const members = Object.entries(json).map(([name, each]) => {
    const type = typeOf(name);
    return [name, type === undefined ? each : withPlaceholders(each, type)] as const;
  });
  return Object.fromEntries(members);
}

function placeholder(type: TypeShape): JsonValue {
  switch (type.kind) {
    case 'string':
      return REDACTED;
    case 'bool':
      return false;
    case 'binary':
      return '';
    case 'uuid':
      return '00000000-0000-0000-0000-000000000000';
    case 'enum':
      return Object.keys(type.members)[0] ?? new JsonNumber('0');
    case 'list':
    case 'set':
      return [];
    case 'map':
    case 'struct':
    case 'union':
    case 'exception':
      return {};
    default:
      return new JsonNumber('0');
  }
}
