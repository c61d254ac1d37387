import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { BizStatusError } from '@nestjs-thrift/transport';
import { markInvalidPayload, ReceivedStream } from '@nestjs-thrift/transport/internal';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { transformEach } from '../stream/per-message.js';

type Issues = readonly StandardSchemaV1.Issue[];

/** Options of {@link ThriftValidationPipe}. */
export interface ThriftValidationPipeOptions {
  /**
   * What the parameter has to satisfy. Default: the schema of `@Payload({ schema })`, which Nest 12 has; a parameter without
   * one is not validated.
   */
  readonly schema?: StandardSchemaV1;
  /** Status of the {@link BizStatusError} that refuses a payload: a 32-bit integer other than 0. Default 400. */
  readonly statusCode?: number;
  /** Makes the error that refuses a payload. Default: a {@link BizStatusError} with `statusCode`. */
  readonly exceptionFactory?: (issues: Issues) => unknown;
  /** Whether the handler gets what the schema returns, which may differ from the payload. Default true. */
  readonly transform?: boolean;
  /** Whether parameters of decorators made by `createParamDecorator` are validated too. Default false. */
  readonly validateCustomDecorators?: boolean;
  /** What the schema gets as the options of its `validate`. Default none. */
  readonly validateOptions?: StandardSchemaV1.Options;
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
  readonly #options: ThriftValidationPipeOptions;

  constructor(options: ThriftValidationPipeOptions = {}) {
    this.#options = options;
  }

  /** The payload, if it satisfies the schema. Of a stream each message is validated when the handler takes it. */
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (value instanceof ReceivedStream) {
      return transformEach(value, (message) => this.transform(message, metadata));
    }
    const { transform = true, validateOptions } = this.#options;
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
    const { schema, validateCustomDecorators = false } = this.#options;
    if (schema !== undefined) {
      return schema;
    }
    if (metadata.type === 'custom' && !validateCustomDecorators) {
      return undefined;
    }
    return (metadata as { readonly schema?: StandardSchemaV1 }).schema;
  }

  #refuse(issues: Issues): unknown {
    const { statusCode = 400, exceptionFactory } = this.#options;
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
