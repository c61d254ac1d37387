import { BadRequestException, type PipeTransform } from '@nestjs/common';
import { flag, type OptionsOf, resolveOptions } from '@nestjs-thrift/transport/internal';

const MIN_I64 = -(2n ** 63n);
const MAX_I64 = 2n ** 63n - 1n;

/** Options of {@link ParseBigIntPipe}. */
export const PARSE_BIG_INT_OPTIONS = {
  /** Whether a parameter that is absent stays `undefined`. Otherwise it is rejected. */
  optional: flag({ default: false }),
};

/** What a {@link ParseBigIntPipe} accepts. */
export interface ParseBigIntPipeOptions extends OptionsOf<typeof PARSE_BIG_INT_OPTIONS> {}

/**
 * Makes an i64 of a parameter of an HTTP route, exactly: `ParseIntPipe` rounds from 2^53 on.
 *
 * @throws BadRequestException for anything but a decimal integer from -2^63 to 2^63 - 1.
 *
 * @example
 * ```ts
 * @Get(':id')
 * findOne(@Param('id', ParseBigIntPipe) id: bigint) { … }
 * ```
 */
export class ParseBigIntPipe implements PipeTransform<string | undefined, bigint | undefined> {
  readonly #optional: boolean;

  /** @throws TypeError that names each wrong option. */
  constructor(options: ParseBigIntPipeOptions = {}) {
    this.#optional = resolveOptions('parseBigIntPipe', PARSE_BIG_INT_OPTIONS, options).optional;
  }

  /** The integer that the text says. */
  transform(value: string | undefined): bigint | undefined {
    if (value === undefined && this.#optional) {
      return undefined;
    }
    const parsed = parse(value);
    if (parsed === undefined || parsed < MIN_I64 || parsed > MAX_I64) {
      throw new BadRequestException('a decimal integer from -2^63 to 2^63 - 1 is expected');
    }
    return parsed;
  }
}

/** Twenty characters hold every i64; longer texts cost time. */
function parse(value: unknown): bigint | undefined {
  return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? BigInt(value) : undefined;
}
