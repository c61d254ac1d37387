import { BadRequestException, type PipeTransform } from '@nestjs/common';

const MIN_I64 = -(2n ** 63n);
const MAX_I64 = 2n ** 63n - 1n;

/** Options of {@link ParseBigIntPipe}. */
export interface ParseBigIntPipeOptions {
  /** Whether a parameter that is absent stays `undefined`. Default false: it is rejected. */
  readonly optional?: boolean;
}

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

  constructor({ optional = false }: ParseBigIntPipeOptions = {}) {
    this.#optional = optional;
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
