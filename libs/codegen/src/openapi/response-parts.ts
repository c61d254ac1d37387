import { findStruct } from '@nestjs-thrift/idl';
import type {
  FieldSchema,
  MethodSchema,
  Schema,
  StructSchema,
  TypeSchema,
} from '@nestjs-thrift/idl';
import { isHidden, jsonKey, resultMapping } from '@nestjs-thrift/idl/http';
import { businessSchema, errorContent, failureResponses, headOf } from './error-responses.js';
import { described, type HttpSchemas } from './http-schemas.js';
import type { OpenApiOptions, OpenApiResponse, OpenApiSchema } from './open-api.js';

/** Status of an error that the service meant, unless something says otherwise. */
const REFUSED = 422;

/** The responses of a method by status. */
export function responsesOf(
  method: MethodSchema,
  hasBody: boolean,
  schema: Schema,
  schemas: HttpSchemas,
  options: OpenApiOptions,
): Record<string, OpenApiResponse> {
  const { problemDetails = false, statuses = {} } = options;
  const success = successOf(method, schema, schemas);
  /** Bodies of errors by status; those that a field decides are under `default`. */
  const errors = new Map<string, OpenApiSchema[]>([
    [String(REFUSED), [businessSchema(problemDetails)]],
  ]);
  const add = (status: string, body: OpenApiSchema) =>
    errors.set(status, [...(errors.get(status) ?? []), body]);
  for (const { type } of method.exceptions) {
    if (type.kind === 'struct') {
      const struct = findStruct(schema, type.ref);
      const body = exceptionSchema(struct, schemas, problemDetails);
      const otherwise = String(statuses[struct.name] ?? REFUSED);
      const own = statusOf(struct, otherwise);
      add(own, body);
      if (own === 'default') {
        add(otherwise, body);
      }
    }
  }
  const { isDynamic } = success;
  const bodies = Object.fromEntries(
    [...errors].map(([status, found]) => [
      status,
      {
        description:
          status === 'default'
            ? 'A status that the service sets.'
            : 'The service refused the request.',
        content: errorContent(found.length === 1 ? found[0]! : { anyOf: found }, problemDetails),
      },
    ]),
  ) as Record<string, OpenApiResponse>;
  if (isDynamic) {
    bodies['default'] = mergeDefault(bodies['default'], success.response);
  }
  return {
    [success.status]: success.response,
    ...failureResponses(hasBody),
    ...bodies,
  };
}

interface Success {
  readonly status: string;
  readonly response: OpenApiResponse;
  /** Whether a field of the result sets the status. */
  readonly isDynamic: boolean;
}

function successOf(method: MethodSchema, schema: Schema, schemas: HttpSchemas): Success {
  const { oneway, returns } = method;
  if (returns === undefined) {
    return oneway
      ? { status: '202', response: { description: 'Accepted.' }, isDynamic: false }
      : { status: '204', response: { description: 'Done.' }, isDynamic: false };
  }
  if (returns.kind !== 'struct') {
    const content = { 'application/json': { schema: schemas.type(returns, 'result') } };
    return { status: '200', response: { description: 'The result.', content }, isDynamic: false };
  }
  const struct = findStruct(schema, returns.ref);
  if (method.stream === 'server') {
    return { status: '200', response: streamOf(struct, returns, schemas), isDynamic: false };
  }
  const mapped = struct.fields.map((field) => ({ field, mapping: resultMapping(field) }));
  const isPlain = mapped.every(
    ({ field, mapping }) =>
      mapping.kind === 'none' || (mapping.kind === 'body' && mapping.key === jsonKey(field)),
  );
  const isBytes = mapped.some(({ mapping }) => mapping.kind === 'raw-body');
  const body = isPlain ? schemas.type(returns, 'result') : bodySchema(struct, schemas);
  const headers = headersOf(struct, schemas);
  const response: OpenApiResponse = {
    description: struct.doc ?? 'The result.',
    ...(Object.keys(headers).length > 0 && { headers }),
    content: {
      'application/json': { schema: body },
      ...(isBytes && { 'application/octet-stream': {} }),
    },
  };
  const isDynamic = mapped.some(({ mapping }) => mapping.kind === 'status');
  return { status: '200', response, isDynamic };
}

/** The messages of a stream, each with all fields of the struct: none of them is a header or the status of the response. */
function streamOf(struct: StructSchema, type: TypeSchema, schemas: HttpSchemas): OpenApiResponse {
  const members = struct.fields
    .filter((field) => !isHidden(field))
    .map((field) => {
      const mapping = resultMapping(field);
      return [mapping.kind === 'body' ? mapping.key : jsonKey(field), field] as const;
    });
  const isPlain = members.every(([key, field]) => key === jsonKey(field));
  const message = isPlain
    ? schemas.type(type, 'result')
    : { title: struct.name, ...schemas.object(members, 'result', struct) };
  const text = (description: string): OpenApiSchema => ({
    type: 'string',
    description,
    contentMediaType: 'application/json',
    contentSchema: message,
  });
  return {
    description: struct.doc ?? 'The messages of the service.',
    content: {
      'application/x-ndjson': {
        schema: text('A message a line; a line with "error" is a failure, and the last one.'),
      },
      'text/event-stream': {
        schema: text(
          'Events with a message as their data. An event "end" or "error" is the last one.',
        ),
      },
    },
  };
}

function bodySchema(struct: StructSchema, schemas: HttpSchemas): OpenApiSchema {
  const object = schemas.object(bodyMembers(struct), 'result', struct);
  return { title: struct.name, ...described(struct), ...object };
}

function bodyMembers({ fields }: StructSchema): (readonly [string, FieldSchema])[] {
  return fields.flatMap((field) => {
    const mapping = resultMapping(field);
    return mapping.kind === 'body' ? [[mapping.key, field] as const] : [];
  });
}

function headersOf(
  { fields }: StructSchema,
  schemas: HttpSchemas,
): OpenApiResponse['headers'] & {} {
  const headers: OpenApiResponse['headers'] & {} = {};
  for (const field of fields) {
    const mapping = resultMapping(field);
    if (mapping.kind === 'header') {
      const { description, ...schema } = schemas.field(field, 'result');
      headers[mapping.name] = { ...(description !== undefined && { description }), schema };
    } else if (mapping.kind === 'cookie') {
      headers['Set-Cookie'] = { schema: { type: 'string' } };
    }
  }
  return headers;
}

function exceptionSchema(
  struct: StructSchema,
  schemas: HttpSchemas,
  problemDetails: boolean,
): OpenApiSchema {
  const { properties = {}, required = [] } = schemas.object(bodyMembers(struct), 'result', struct);
  const head = headOf(struct.name, problemDetails, properties);
  return {
    ...described(struct),
    ...head,
    required: [...(head.required ?? []), ...required],
  };
}

/** The default of the field with `api.http_code`; `default` for one without. */
function statusOf({ fields }: StructSchema, otherwise: string): string {
  const field = fields.find((each) => resultMapping(each).kind === 'status');
  if (field === undefined) {
    return otherwise;
  }
  const { defaultValue } = field;
  return defaultValue?.kind === 'integer' ? defaultValue.value : 'default';
}

function mergeDefault(
  errors: OpenApiResponse | undefined,
  { headers, content = {} }: OpenApiResponse,
): OpenApiResponse {
  const merged = { ...content };
  for (const [type, { schema }] of Object.entries(errors?.content ?? {})) {
    const own = merged[type]?.schema;
    merged[type] = { schema: { anyOf: [own, schema].filter((each) => each !== undefined) } };
  }
  return {
    description: 'A status that the service sets.',
    ...(headers && { headers }),
    content: merged,
  };
}
