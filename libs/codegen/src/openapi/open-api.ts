import type { JsonSchema } from '../json-schema/json-schema.js';

/** A schema of OpenAPI 3.1: JSON Schema 2020-12, whose `type` may list several. */
export interface OpenApiSchema extends Omit<
  JsonSchema,
  | 'type'
  | 'items'
  | 'properties'
  | 'additionalProperties'
  | 'oneOf'
  | 'anyOf'
  | 'prefixItems'
  | '$defs'
  | 'allOf'
  | 'not'
> {
  type?: JsonSchema['type'] | NonNullable<JsonSchema['type']>[];
  items?: OpenApiSchema | false;
  prefixItems?: OpenApiSchema[];
  properties?: Record<string, OpenApiSchema>;
  additionalProperties?: OpenApiSchema | false;
  oneOf?: OpenApiSchema[];
  anyOf?: OpenApiSchema[];
  contentMediaType?: string;
  contentSchema?: OpenApiSchema;
  'x-enum-varnames'?: string[];
  'x-enum-descriptions'?: string[];
}

/** Content by media type. */
export type OpenApiContent = Record<string, { schema?: OpenApiSchema }>;

/** A parameter of an operation. */
export interface OpenApiParameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  description?: string;
  required?: boolean;
  deprecated?: boolean;
  style?: 'form' | 'simple';
  explode?: boolean;
  schema?: OpenApiSchema;
  content?: OpenApiContent;
}

/** A response of an operation. */
export interface OpenApiResponse {
  $ref?: string;
  description?: string;
  headers?: Record<string, { description?: string; schema: OpenApiSchema }>;
  content?: OpenApiContent;
}

/** An operation: a verb of a path. */
export interface OpenApiOperation {
  operationId: string;
  tags: string[];
  summary?: string;
  description?: string;
  deprecated?: boolean;
  parameters?: OpenApiParameter[];
  requestBody?: { required?: boolean; content: OpenApiContent };
  responses: Record<string, OpenApiResponse>;
  security?: readonly OpenApiSecurity[];
}

/** Security schemes that have to be satisfied together, by name, with their scopes. */
export type OpenApiSecurity = Readonly<Record<string, readonly string[]>>;

/** A document of OpenAPI 3.1. */
export interface OpenApiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string; description?: string };
  servers?: { url: string; description?: string }[];
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: {
    schemas: Record<string, OpenApiSchema>;
    responses: Record<string, OpenApiResponse>;
    securitySchemes?: Readonly<Record<string, object>>;
  };
}

/** How a document is generated: what it says of itself, and how the gateway that it describes is set up. */
export interface OpenApiOptions {
  /** @defaultValue the name of the root file */
  readonly title?: string;
  /** @defaultValue `1.0.0` */
  readonly version?: string;
  readonly description?: string;
  /** Where the gateway is, such as `https://api.example`. @defaultValue none: where the document came from */
  readonly servers?: readonly string[];
  /** Prefix of all paths, such as that of `setGlobalPrefix`. @defaultValue none */
  readonly prefix?: string;
  /** Services of the schema that are served. @defaultValue those of the root file */
  readonly services?: readonly string[];
  /** As for the gateway. */
  readonly expose?: 'annotated' | 'all';
  /** As for the gateway: methods that are left to controllers, as `Service.Method`. */
  readonly without?: readonly string[];
  /** As for the gateway. @defaultValue `idl` */
  readonly i64?: 'idl' | 'string';
  /** As for the gateway. @defaultValue false */
  readonly problemDetails?: boolean;
  /**
   * What the guards of the application require, by `Service.Method` or `Service.*`: one of the requirements has to be satisfied, none of
   * an empty list. @defaultValue none
   *
   * @example
   * { 'UserService.*': [{ bearer: [] }], 'UserService.Login': [] }
   */
  readonly security?: Readonly<Record<string, readonly OpenApiSecurity[]>>;
  /** The security schemes that `security` names, as OpenAPI has them. @defaultValue none */
  readonly securitySchemes?: Readonly<Record<string, object>>;
  /** Statuses of declared exceptions by name, as `THRIFT_HTTP_STATUSES` has them. @defaultValue 422 */
  readonly statuses?: Readonly<Record<string | number, number>>;
}
