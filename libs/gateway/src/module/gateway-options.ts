import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { HttpExposure } from '@nestjs-thrift/idl/http';
import type { IdlOptions, ThriftFeatureOptions } from '@nestjs-thrift/microservice';
import {
  flag,
  group,
  integer,
  isObject,
  listOf,
  object,
  oneOf,
  option,
  type OptionsOf,
  type Resolved,
  text,
} from '@nestjs-thrift/transport/internal';
import type { ModuleMetadata, Type } from '@nestjs/common';
import type { CookieOptions } from '../answer/cookie.js';

/** Headers to forward: names, which the metadata takes over in lower case, or names with the keys of the metadata. */
export type ForwardedHeaders = readonly string[] | Readonly<Record<string, string>>;

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const NAMES = listOf(text());

const forwarded = option<ForwardedHeaders>(
  'an array of header names, or an object from header names to metadata keys',
  (value) =>
    Array.isArray(value)
      ? value.every(isText)
      : isObject(value) && Object.values(value as object).every(isText),
);

/** Options of a gateway that may come from the container. */
export const GATEWAY_OPTIONS = {
  /**
   * How an i64 of a result is written. `idl`: digits, or text if its field has `api.js_conv`, as Kitex and Hertz do; browsers
   * lose digits beyond 2^53. `string`: always text, and interceptors get the result as an object instead of its text.
   */
  i64: oneOf(['idl', 'string'], { default: 'idl' }),
  /** What `binary` is in texts and JSON of a request. `text` is what Kitex does by default. */
  binary: oneOf(['base64', 'text'], { default: 'base64' }),
  /** What is done with fields of a JSON body that the IDL does not have. */
  unknownFields: oneOf(['ignore', 'reject'], { default: 'ignore' }),
  /** Whether fields that name another place are also read from the body, under their own names, as Hertz does. */
  bodyFallback: flag({ default: false }),
  /** Longest body that the gateway reads by itself, and longest line of a stream, in bytes. Bodies of JSON and forms are read by the HTTP adapter, with its limit. */
  maxBodyBytes: integer({ min: 1, default: 1024 * 1024 }),
  /**
   * How long the first message of a stream is awaited before the response begins, in milliseconds: an error until then is answered with
   * its status, a later one is the last message.
   */
  firstItemMs: integer({ min: 0, default: 15_000 }),
  /** Attributes of the cookies that results set, by name. @defaultValue `Path=/` */
  cookies: object<Readonly<Record<string, CookieOptions>>>('an object of cookie options by name'),
  /** Enums of the IDL whose members describe business codes with `api.http_code` and `api.http_message`. @defaultValue none */
  errorEnums: NAMES,
  /** Status for results whose `baseResp` has a `StatusCode` other than 0. @defaultValue none, as Kitex and Hertz */
  baseResp: group({
    /** The status. */
    nonZero: integer({ min: 200, max: 599 }),
  }),
  /** Whether errors are problem details, as RFC 9457 has them. */
  problemDetails: flag({ default: false }),
  /** Headers sent on as metadata. @defaultValue none */
  forwardHeaders: forwarded,
  /** Headers sent on as persistent metadata, which reaches every service behind. @defaultValue none */
  persistHeaders: forwarded,
  /** Metadata that services send back, and that becomes headers. @defaultValue none */
  backwardHeaders: NAMES,
  /**
   * Whether `rpc-transit-*` and `rpc-persist-*` headers become metadata, and metadata sent back `rpc-backward-*` headers. For
   * trusted callers alone: anybody else could set values of every service behind. Kitex: metainfo.FromHTTPHeader.
   */
  metainfoHeaders: flag({ default: false }),
  /** Header with the time that the caller waits, in milliseconds; it can only shorten that of the client. @defaultValue none */
  timeoutHeader: text(),
};

/** How a gateway serves; every option has a default. */
export type ThriftGatewayOptions = OptionsOf<typeof GATEWAY_OPTIONS>;

/** Options with their defaults. */
export type GatewaySettings = Resolved<typeof GATEWAY_OPTIONS>;

/** A service whose methods get routes, and the client that calls it. */
export type ThriftGatewayService = {
  /** The service: its name in the IDL, or its generated definition, whose `vt.*` rules are checked then. */
  readonly service: ServiceDefinition | string;
} & (
  | {
      /** Name of a client of `ThriftModule.forFeature`, registered anywhere in the application. */
      readonly client: string;
    }
  | Omit<ThriftFeatureOptions, 'service'>
);

/** What has routes; it has to be known when Nest scans modules. */
export interface ThriftGatewayRoutes {
  /** The IDL with the annotations. */
  readonly idl: IdlOptions;
  /** Services of the IDL that are served. */
  readonly services: readonly ThriftGatewayService[];
  /** Whether methods without a route annotation get `POST /<Service>/<Method>`. @defaultValue `annotated` */
  readonly expose?: HttpExposure;
  /** Methods, as `Service.Method`, that get no route here, with the controllers of the application that serve them. */
  readonly override?: Readonly<Record<string, Type>>;
  /** Modules with what guards, interceptors and filters of `decorate`, or a factory of options, depend on. */
  readonly imports?: ModuleMetadata['imports'];
  /**
   * Decorators of handlers by `Service.Method` or `Service.*`: guards, versions, filters, whatever Nest has for a method.
   *
   * @example
   * decorate: { 'Users.*': [UseGuards(SignedIn)], 'Users.Delete': [UseGuards(Admin), Version('2')] }
   */
  readonly decorate?: Readonly<Record<string, readonly MethodDecorator[]>>;
}
