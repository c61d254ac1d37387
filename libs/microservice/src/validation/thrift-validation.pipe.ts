import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { BizStatusError } from '@nestjs-thrift/transport';
import {
  callback,
  flag,
  isObject,
  markInvalidPayload,
  object,
  option,
  type OptionsOf,
  ReceivedStream,
  type Resolved,
  resolveOptions,
} from '@nestjs-thrift/transport/internal';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { transformEach } from '../stream/per-message.js';

type Issues = readonly StandardSchemaV1.Issue[];

/** Options of {@link ThriftValidationPipe}. */
export const VALIDATION_PIPE_OPTIONS = {
  /**
   * What the parameter has to satisfy. A parameter without a schema is not validated.
   *
   * @defaultValue the schema of `@Payload({ schema })`, which Nest 12 has
   */
  schema: option<StandardSchemaV1>('a Standard Schema', isStandardSchema),
  /** Status of the `BizStatusError` that refuses a payload: a 32-bit integer other than 0. */
  statusCode: option<number, 400>(
    'a 32-bit integer other than 0',
    (value) =>
      Number.isInteger(value) && value !== 0 && (value as number) === ((value as number) | 0),
    400,
  ),
  /** Makes the error that refuses a payload. @defaultValue a `BizStatusError` with `statusCode` */
  exceptionFactory: callback<(issues: Issues) => unknown>(),
  /** Whether the handler gets what the schema returns, which may differ from the payload. */
  transform: flag({ default: true }),
  /** Whether parameters of decorators made by `createParamDecorator` are validated too. */
  validateCustomDecorators: flag({ default: false }),
  /** What the schema gets as the options of its `validate`. @defaultValue none */
  validateOptions: object<StandardSchemaV1.Options>(),
};

/** How a {@link ThriftValidationPipe} validates. */
export interface ThriftValidationPipeOptions extends OptionsOf<typeof VALIDATION_PIPE_OPTIONS> {}

/** Some libraries make schemas that are functions. */
function isStandardSchema(value: unknown): boolean {
  return (isObject(value) || typeof value === 'function') && '~standard' in (value as object);
}

/** A header carries 64 KiB at most, and a client made the payload. */
const MAX_ISSUES = 20;
const MAX_TEXT_LENGTH = 200;

/**
 * Validates the payload of a handler by a Standard Schema, and refuses a bad one in a way that crosses the wire: a
 * {@link BizStatusError} with the first 20 issues, each under its path in `extra`. Nest's own pipes throw an HTTP
 * exception, of which a Thrift caller would learn nothing.
 *
 * @example
 * ```ts
 * // Nest 11 and 12: the pipe of one parameter.
 * GetUser(@Payload(new ThriftValidationPipe({ schema: GetUserRequestSchema })) request: GetUserRequest) { … }
 *
 * // Nest 12: one pipe for all parameters that are decorated with `@Payload({ schema })`.
 * app.useGlobalPipes(new ThriftValidationPipe());
 * ```
 */
export class ThriftValidationPipe implements PipeTransform {
  readonly #options: Resolved<typeof VALIDATION_PIPE_OPTIONS>;

  /** @throws TypeError that names each wrong option. */
  constructor(options: ThriftValidationPipeOptions = {}) {
    this.#options = resolveOptions('ThriftValidationPipe', VALIDATION_PIPE_OPTIONS, options);
  }

  /** The payload, if it satisfies the schema. Of a stream each message is validated when the handler takes it. */
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (value instanceof ReceivedStream) {
      return transformEach(value, (message) => this.transform(message, metadata));
    }
    const { transform, validateOptions } = this.#options;
    const schema = this.#schemaOf(metadata);
    if (schema === undefined) {
      return value;
    }
    const result = await schema['~standard'].validate(value, validateOptions);
    if (result.issues) {
      throw this.#refuse(result.issues);
    }
    return transform ? result.value : value;
  }

  #schemaOf(metadata: ArgumentMetadata): StandardSchemaV1 | undefined {
    const { schema, validateCustomDecorators } = this.#options;
    if (schema !== undefined) {
      return schema;
    }
    if (metadata.type === 'custom' && !validateCustomDecorators) {
      return undefined;
    }
    return (metadata as { readonly schema?: StandardSchemaV1 }).schema;
  }

  #refuse(issues: Issues): unknown {
    const { statusCode, exceptionFactory } = this.#options;
    const usual = refusal(statusCode, issues);
    const error = exceptionFactory === undefined ? usual : exceptionFactory(issues);
    markInvalidPayload(error, usual.message);
    return error;
  }
}

function refusal(statusCode: number, issues: Issues): BizStatusError {
  const texts = issues.slice(0, MAX_ISSUES).map(({ path = [], message }) => {
    const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
    return [shorten(keys.join('.')), shorten(message)] as const;
  });
  const [first] = texts.map(([path, message]) => (path === '' ? message : `${path}: ${message}`));
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return new BizStatusError(
    statusCode,
    `invalid payload: ${first}${more}`,
    Object.fromEntries(texts.map(([path, message]) => [path === '' ? 'payload' : path, message])),
  );
}

function shorten(text: string): string {
  return text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH)}…`;
}
