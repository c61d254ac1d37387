import type { ThriftFeatureOptions } from '@nestjs-thrift/microservice';
import { IDL, MODULES, THRIFT_FEATURE_OPTIONS } from '@nestjs-thrift/microservice/internal';
import {
  callback,
  flag,
  group,
  integer,
  isObject,
  listOf,
  milliseconds,
  oneOf,
  type Option,
  option,
  type OptionsOf,
  type OptionTable,
  recordOf,
  required,
  type Resolved,
  text,
} from '@nestjs-thrift/transport/internal';
import type { Type } from '@nestjs/common';
import { COOKIE_OPTIONS } from '../answer/cookie.js';

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
   * its status, a later one is the last message. 0 begins at once.
   */
  firstItemMs: milliseconds({ default: 15_000 }),
  /** Attributes of the cookies that results set, by name. @defaultValue `Path=/` */
  cookies: recordOf(group(COOKIE_OPTIONS)),
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

/** A service that a client of the application calls. */
export const SERVICE_OF_CLIENT = {
  /** The service: its name in the IDL, or its generated definition, whose `vt.*` rules are checked then. */
  service: THRIFT_FEATURE_OPTIONS.service,
  /** Name of a client of `ThriftModule.forFeature`, registered anywhere in the application. */
  client: required(text()),
};

/** A service whose methods get routes, and the client that calls it: one of the application, or the options of another. */
export type ThriftGatewayService = OptionsOf<typeof SERVICE_OF_CLIENT> | ThriftFeatureOptions;

/** Passed on as it was given: the options of a client are merged with defaults later. */
const SERVICE: Option<ThriftGatewayService> = {
  default: undefined,
  allowed: 'an object of options',
  read(value, path, problems) {
    const table =
      isObject(value) && 'client' in (value as object) ? SERVICE_OF_CLIENT : THRIFT_FEATURE_OPTIONS;
    group<OptionTable>(table).read(value, path, problems);
    return value as ThriftGatewayService;
  },
};

/** Options of the routes; they have to be known when Nest scans modules. */
export const GATEWAY_ROUTES = {
  /** The IDL with the annotations. */
  idl: required(IDL),
  /** Services of the IDL that are served. */
  services: required(listOf(SERVICE, { min: 1 })),
  /** Whether methods without a route annotation get `POST /<Service>/<Method>`. */
  expose: oneOf(['annotated', 'all'], { default: 'annotated' }),
  /** Methods, as `Service.Method`, that get no route here, with the controllers of the application that serve them. */
  override: recordOf(option<Type>('a controller class', (value) => typeof value === 'function')),
  /** Modules with what guards, interceptors and filters of `decorate`, or a factory of options, depend on. */
  imports: MODULES,
  /**
   * Decorators of handlers by `Service.Method` or `Service.*`: guards, versions, filters, whatever Nest has for a method.
   *
   * @defaultValue none
   * @example
   * decorate: { 'Users.*': [UseGuards(SignedIn)], 'Users.Delete': [UseGuards(Admin), Version('2')] }
   */
  decorate: recordOf(listOf(callback<MethodDecorator>())),
};

/** What has routes; it has to be known when Nest scans modules. */
export interface ThriftGatewayRoutes extends OptionsOf<typeof GATEWAY_ROUTES> {}
