import type { OpenApiContent, OpenApiResponse, OpenApiSchema } from './open-api.js';

/** Statuses of failures that every method may have, with what they mean. */
const FAILURES: Readonly<Record<number, readonly [name: string, description: string]>> = {
  403: ['Forbidden', 'The service denies access.'],
  413: ['PayloadTooLarge', 'The body is too long.'],
  415: ['UnsupportedMediaType', 'The method does not take bodies of that type.'],
  429: ['TooManyRequests', 'A limit is reached.'],
  500: ['InternalServerError', 'The gateway failed.'],
  502: ['BadGateway', 'The service failed, or answered with something else than the IDL says.'],
  503: ['ServiceUnavailable', 'The service cannot be reached.'],
  504: ['GatewayTimeout', 'The service did not answer in time.'],
};

/** Responses of failures, which all operations share. */
export function sharedResponses(problemDetails: boolean): Record<string, OpenApiResponse> {
  const failures = Object.values(FAILURES).map(([name, description]) => [
    name,
    {
      description,
      content: { ...ADAPTERS_OWN, ...errorContent(failureSchema(problemDetails), problemDetails) },
    },
  ]);
  const texts: OpenApiSchema = { type: 'object', additionalProperties: { type: 'string' } };
  const invalid: OpenApiSchema = problemDetails
    ? headOf('Bad Request', problemDetails, { detail: { type: 'string' }, violations: texts })
    : adaptersOwn({ extra: texts });
  return {
    BadRequest: {
      description: 'The request does not have what the method takes.',
      content: { ...ADAPTERS_OWN, ...errorContent(invalid, problemDetails) },
    },
    ...(Object.fromEntries(failures) as Record<string, OpenApiResponse>),
  };
}

/** An error that the HTTP adapter or Nest makes; Fastify leaves `error` out of some. */
function adaptersOwn(members: Record<string, OpenApiSchema> = {}): OpenApiSchema {
  const text: OpenApiSchema = { type: 'string' };
  return {
    type: 'object',
    properties: { statusCode: { type: 'integer' }, error: text, message: text, ...members },
    required: ['statusCode'],
  };
}

const ADAPTERS_OWN: OpenApiContent = { 'application/json': { schema: adaptersOwn() } };

/** References to the shared responses by status. */
export function failureResponses(hasBody: boolean): Record<string, OpenApiResponse> {
  const statuses = Object.entries(FAILURES).filter(
    ([status]) => hasBody || (status !== '413' && status !== '415'),
  );
  return Object.fromEntries([
    ['400', { $ref: '#/components/responses/BadRequest' }],
    ...statuses.map(([status, [name]]) => [status, { $ref: `#/components/responses/${name}` }]),
  ]) as Record<string, OpenApiResponse>;
}

/** The body of a business status. */
export function businessSchema(problemDetails: boolean): OpenApiSchema {
  return headOf('BizStatusError', problemDetails, {
    code: { type: 'integer', format: 'int32' },
    message: { type: 'string' },
    extra: { type: 'object', additionalProperties: { type: 'string' } },
  });
}

/** The body of an error of some name with its own members. */
export function headOf(
  name: string,
  problemDetails: boolean,
  members: Record<string, OpenApiSchema>,
): OpenApiSchema {
  const head: Record<string, OpenApiSchema> = problemDetails
    ? {
        type: { type: 'string' },
        title: { const: name },
        status: { type: 'integer' },
        detail: { type: 'string' },
      }
    : { statusCode: { type: 'integer' }, error: { const: name } };
  const own = Object.keys(members);
  const required = (problemDetails ? ['title', 'status'] : ['statusCode', 'error']).filter(
    (key) => !own.includes(key),
  );
  return { type: 'object', properties: { ...head, ...members }, required };
}

/** The content of an error. */
export function errorContent(schema: OpenApiSchema, problemDetails: boolean): OpenApiContent {
  return { [problemDetails ? 'application/problem+json' : 'application/json']: { schema } };
}

/** Failures of calls have a code, those of the adapter a message. */
function failureSchema(problemDetails: boolean): OpenApiSchema {
  const { properties, required } = headOf('', problemDetails, {
    code: { type: 'string' },
    message: { type: 'string' },
  });
  const name: OpenApiSchema = { type: 'string' };
  return {
    type: 'object',
    properties: { ...properties, ...(problemDetails ? { title: name } : { error: name }) },
    required: problemDetails ? [] : (required ?? []),
  };
}
