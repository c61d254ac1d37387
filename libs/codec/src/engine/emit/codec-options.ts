/** How codecs represent what JavaScript has no single answer for. */
export interface CodecOptions {
  /**
   * What an i64 is in JavaScript. `bigint` is exact. `number` refuses to decode values beyond
   * `Number.MAX_SAFE_INTEGER`. `string` is decimal and exact. Writing takes a bigint or a safe integer in each mode,
   * and decimal text in the mode `string`.
   */
  readonly i64: 'bigint' | 'number' | 'string';

  /**
   * What reading does with a string that is not UTF-8: `replace` puts U+FFFD in its place as Node does, `error`
   * throws a `ProtocolError` `INVALID_DATA`.
   */
  readonly invalidUtf8: 'replace' | 'error';
}
