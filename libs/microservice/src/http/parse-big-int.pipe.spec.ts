import { BadRequestException } from '@nestjs/common';
import { ParseBigIntPipe } from './parse-big-int.pipe.js';

describe('ParseBigIntPipe', () => {
  it.each([
    ['0', 0n],
    ['9007199254740993', 9007199254740993n],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['-9223372036854775808', -(2n ** 63n)],
  ])('reads %s exactly', (text, value) => {
    expect(new ParseBigIntPipe().transform(text)).toBe(value);
  });

  it.each([
    '',
    ' 1',
    '1.0',
    '0x10',
    '1e3',
    '9223372036854775808',
    '-9223372036854775809',
    '1'.repeat(100),
    undefined,
    1,
    ['1'],
  ])('rejects %j', (value) => {
    expect(() => new ParseBigIntPipe().transform(value as never)).toThrow(BadRequestException);
  });

  it('passes what is absent if it is optional', () => {
    const pipe = new ParseBigIntPipe({ optional: true });

    expect(pipe.transform(undefined)).toBeUndefined();
    expect(() => pipe.transform('')).toThrow(BadRequestException);
  });

  it('rejects options that it does not have', () => {
    expect(() => new ParseBigIntPipe({ optoinal: true } as object)).toThrow(
      new TypeError('unknown option parseBigIntPipe.optoinal; did you mean optional?'),
    );
  });
});
