import { ThriftValidationPipe } from './thrift-validation.pipe.js';

describe('options of ThriftValidationPipe', () => {
  it.each<[object, string]>([
    [{ statusCode: 0 }, 'statusCode must be a 32-bit integer other than 0; got 0'],
    [{ statusCode: 2 ** 31 }, 'statusCode must be a 32-bit integer other than 0; got 2147483648'],
    [
      { statusCode: '400' },
      'statusCode must be a 32-bit integer other than 0; got the string "400"',
    ],
    [{ schema: {} }, 'schema must be a Standard Schema; got an object'],
    [{ transform: 'no' }, 'transform must be true or false; got the string "no"'],
  ])('rejects %j', (options, problem) => {
    expect(() => new ThriftValidationPipe(options)).toThrow(
      new TypeError(`ThriftValidationPipe.${problem}`),
    );
  });

  it('rejects what it has not, such as an option of the pipe of Nest', () => {
    expect(() => new ThriftValidationPipe({ errorHttpStatusCode: 400 } as never)).toThrow(
      'unknown option ThriftValidationPipe.errorHttpStatusCode',
    );
  });

  it('takes a schema that is a function, as some libraries make them', async () => {
    const standard = {
      version: 1,
      vendor: 'test',
      validate: (value: unknown) => ({ value }),
    } as const;
    const schema = Object.assign(() => undefined, { '~standard': standard });
    const pipe = new ThriftValidationPipe({ schema, statusCode: -(2 ** 31) });
    expect(await pipe.transform('a', { type: 'body' })).toBe('a');
  });
});
