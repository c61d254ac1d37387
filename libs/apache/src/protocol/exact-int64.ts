import { EncodeError } from '@nestjs-thrift/codec';
import thrift from 'thrift';
import type { Int64Like } from './npm-protocol.js';

/**
 * npm thrift's Int64 whose text is exact. The library's own prints numbers beyond 2^53 as `Infinity`, and generated
 * code uses that text as the key of `map<i64, …>`.
 */
class ExactInt64 extends thrift.Int64 {
  override toString(radix?: number): string {
    return this.buffer.readBigInt64BE(0).toString(radix);
  }
}

export function exactInt64(value: Int64Like): Int64Like {
  return new ExactInt64(value.buffer);
}

/**
 * The Int64 of whatever generated code hands to `writeI64`: an Int64, a safe integer, a bigint, or the decimal text
 * that a map key has become.
 */
export function toInt64(value: unknown): Int64Like {
  const bytes = Buffer.allocUnsafe(8);
  if (isInt64(value)) {
    value.buffer.copy(bytes, 0, value.offset, value.offset + 8);
  } else {
    bytes.writeBigInt64BE(toBigInt(value));
  }
  return new thrift.Int64(bytes);
}

function isInt64(value: unknown): value is Int64Like & { readonly offset: number } {
  return typeof value === 'object' && value !== null && 'buffer' in value && 'offset' in value;
}

function toBigInt(value: unknown): bigint {
  if (typeof value === 'bigint') {
    return value;
  }
  if (typeof value === 'number' && Number.isSafeInteger(value)) {
    return BigInt(value);
  }
  if (typeof value === 'string' && /^-?\d+$/.test(value)) {
    return BigInt(value);
  }
  throw new EncodeError(
    'INVALID_DATA',
    `i64 must be an Int64, a bigint or a safe integer, got ${String(value)}`,
  );
}
