import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { StandardSchemaValidationPipeOptions } from '@nestjs/common';
import { BizStatusError } from '@nestjs-thrift/transport';
import { markInvalidPayload } from '@nestjs-thrift/transport/internal';

type Issues = Parameters<NonNullable<StandardSchemaValidationPipeOptions['exceptionFactory']>>[0];

/** Options of {@link ThriftValidationPipe}, beside those of Nest's pipe that concern validation. */
export interface ThriftValidationPipeOptions extends Pick<
  StandardSchemaValidationPipeOptions,
  'exceptionFactory' | 'transform' | 'validateCustomDecorators' | 'validateOptions'
> {
  /** Status of the {@link BizStatusError} that refuses a payload: a 32-bit integer other than 0. Default 400. */
  readonly statusCode?: number;
}

/** A header carries 64 KiB at most, and a client made the payload. */
const MAX_ISSUES = 20;
const MAX_TEXT_LENGTH = 200;

/**
 * Validates what `@Payload({ schema })` names, and refuses a bad payload in a way that crosses the wire: a
 * {@link BizStatusError} with the first 20 issues, each under its path in `extra`. Nest's own pipe throws an HTTP
 * exception, of which a Thrift caller would learn nothing.
 *
 * @example
 * app.useGlobalPipes(new ThriftValidationPipe());
 */
export class ThriftValidationPipe extends StandardSchemaValidationPipe {
  constructor({
    statusCode = 400,
    exceptionFactory,
    ...options
  }: ThriftValidationPipeOptions = {}) {
    const create = exceptionFactory ?? ((issues: Issues) => refusal(statusCode, issues));
    super({
      exceptionFactory: (issues) => {
        const error: unknown = create(issues);
        markInvalidPayload(error, refusal(statusCode, issues).message);
        return error;
      },
      ...options,
    });
  }

  /** A decoded payload cannot pollute prototypes, and a field may well be called `constructor`. */
  protected override stripProtoKeys(): void {}
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
