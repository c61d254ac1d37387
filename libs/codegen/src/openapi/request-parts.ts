import type { FieldSchema, Schema, StructSchema } from '@nestjs-thrift/idl';
import {
  type HttpRoute,
  type HttpSource,
  jsonKey,
  requestFields,
  requestMapping,
} from '@nestjs-thrift/idl/http';
import { type HttpSchemas, isAlwaysThere } from './http-schemas.js';
import type {
  OpenApiContent,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiSchema,
} from './open-api.js';
import { withOverride } from './overrides.js';

/** Verbs whose unannotated fields are in the query. */
const QUERY_VERBS: readonly string[] = ['GET', 'HEAD', 'DELETE', 'OPTIONS'];

/** Verbs whose bodies the gateway reads and OpenAPI does not describe. */
const BODILESS_VERBS: readonly string[] = ['GET', 'HEAD'];

/** Headers that OpenAPI describes in other ways, and ignores as parameters. */
const OWN_HEADERS: readonly string[] = ['accept', 'content-type', 'authorization'];

/** What an operation takes. */
export type RequestParts = Pick<OpenApiOperation, 'parameters' | 'requestBody'>;

/** The parameters and the body of the requests of a route under a verb. */
export function requestParts(
  route: HttpRoute,
  verb: string,
  schema: Schema,
  schemas: HttpSchemas,
): RequestParts {
  const { fields, struct } = requestFields(route.method, schema);
  const parameters: OpenApiParameter[] = [];
  const members: (readonly [key: string, field: FieldSchema])[] = [];
  let takesBytes = false;
  let isForm = false;
  for (const field of fields) {
    const mapping = requestMapping(field);
    if (mapping.kind === 'raw-body') {
      takesBytes = !BODILESS_VERBS.includes(verb);
    }
    if (mapping.kind !== 'sources') {
      continue;
    }
    for (const source of sourcesOn(route, verb, field, mapping.sources)) {
      if (source.place === 'body' || source.place === 'form') {
        members.push([source.name, field]);
        isForm ||= source.place === 'form';
      } else if (source.place !== 'header' || !OWN_HEADERS.includes(source.name.toLowerCase())) {
        parameters.push(parameter(route, field, source, struct, schemas));
      }
    }
  }
  parameters.push(...unboundPathParameters(route, parameters));
  const content =
    route.method.stream === 'client'
      ? linesContent(members, struct, schemas)
      : bodyContent(members, { takesBytes, isForm }, struct, schemas);
  return {
    ...(parameters.length > 0 && { parameters }),
    ...(content !== undefined && { requestBody: { content } }),
  };
}

/** A parameter of the path as OpenAPI writes it. */
export function openApiPath({ segments }: HttpRoute): string {
  const parts = segments.map((segment) => {
    switch (segment.kind) {
      case 'static':
        return segment.text;
      case 'parameter':
        return `${segment.prefix}{${segment.name}}`;
      case 'rest':
        return `{${segment.name}}`;
    }
  });
  return `/${parts.join('/')}`;
}

/** The sources that matter on a route: a parameter of its path is always there, so nothing else is asked. */
function sourcesOn(
  route: HttpRoute,
  verb: string,
  field: FieldSchema,
  annotated: readonly HttpSource[],
): readonly HttpSource[] {
  if (annotated.length === 0) {
    return [{ place: QUERY_VERBS.includes(verb) ? 'query' : 'body', name: jsonKey(field) }];
  }
  const names = route.segments.flatMap((segment) => ('name' in segment ? [segment.name] : []));
  const inPath = annotated.find(({ place, name }) => place === 'path' && names.includes(name));
  if (inPath !== undefined) {
    return [inPath];
  }
  const isBodiless = BODILESS_VERBS.includes(verb);
  const isShown = ({ place }: HttpSource) =>
    place !== 'path' && !(isBodiless && (place === 'body' || place === 'form'));
  return annotated.filter(isShown);
}

function parameter(
  route: HttpRoute,
  field: FieldSchema,
  { place, name }: HttpSource,
  struct: StructSchema | undefined,
  schemas: HttpSchemas,
): OpenApiParameter {
  const { description, deprecated, ...schema } = schemas.field(field, 'request', struct);
  const isOnly = requestMapping(field).kind === 'sources';
  const required =
    place === 'path' || (isOnly && isAlwaysThere(field, 'request') && isSingle(field));
  const { kind } = field.type;
  const base: OpenApiParameter = {
    name,
    in: place as OpenApiParameter['in'],
    ...(place === 'path'
      ? pathDescription(route, name, description)
      : description !== undefined && { description }),
    ...(required && { required }),
    ...(deprecated && { deprecated }),
  };
  const isList = kind === 'list' || kind === 'set';
  const style = isList && place === 'query' ? ({ style: 'form', explode: true } as const) : {};
  const own: OpenApiParameter =
    kind === 'struct' || kind === 'map'
      ? { ...base, content: { 'application/json': { schema } } }
      : { ...base, ...style, schema };
  return withOverride(own, field, 'openapi.parameter');
}

/** OpenAPI has no parameter for the rest of a path: the description says what this one is. */
function pathDescription(
  { segments }: HttpRoute,
  parameter: string,
  own?: string,
): { description?: string } {
  const isRest = segments.some((each) => each.kind === 'rest' && each.name === parameter);
  const texts = [own, isRest ? 'The rest of the path, with its slashes.' : undefined];
  const description = texts.filter((text) => text !== undefined).join('\n\n');
  return description === '' ? {} : { description };
}

function isSingle(field: FieldSchema): boolean {
  const mapping = requestMapping(field);
  return mapping.kind === 'sources' && mapping.sources.length <= 1;
}

/** OpenAPI requires every parameter of a path to be declared, whether a field takes it or not. */
function unboundPathParameters(
  route: HttpRoute,
  known: readonly OpenApiParameter[],
): OpenApiParameter[] {
  return route.segments.flatMap((segment) => {
    const isBound =
      'name' in segment && known.some((each) => each.in === 'path' && each.name === segment.name);
    return 'name' in segment && !isBound
      ? [
          {
            name: segment.name,
            in: 'path' as const,
            ...pathDescription(route, segment.name),
            required: true,
            schema: { type: 'string' as const },
          },
        ]
      : [];
  });
}

/** The messages of a client that sends a stream. */
function linesContent(
  members: readonly (readonly [key: string, field: FieldSchema])[],
  struct: StructSchema | undefined,
  schemas: HttpSchemas,
): OpenApiContent {
  const message = {
    ...(struct && { title: struct.name }),
    ...schemas.object(members, 'request', struct),
  };
  const schema: OpenApiSchema = {
    type: 'string',
    description: 'A message a line.',
    contentMediaType: 'application/json',
    contentSchema: message,
  };
  return { 'application/x-ndjson': { schema } };
}

function bodyContent(
  members: readonly (readonly [key: string, field: FieldSchema])[],
  { takesBytes, isForm }: { readonly takesBytes: boolean; readonly isForm: boolean },
  struct: StructSchema | undefined,
  schemas: HttpSchemas,
): OpenApiContent | undefined {
  const content: OpenApiContent = {};
  if (members.length > 0) {
    const object = schemas.object(members, 'request', struct);
    const schema = struct === undefined ? object : { title: struct.name, ...object };
    content['application/json'] = { schema };
    if (isForm) {
      content['application/x-www-form-urlencoded'] = { schema };
      content['multipart/form-data'] = { schema };
    }
  }
  if (takesBytes) {
    content['application/octet-stream'] = {};
  }
  return Object.keys(content).length === 0 ? undefined : content;
}
