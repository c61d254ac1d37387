import { ConnectError } from '@nestjs-thrift/transport';
import { errorMessage, errorType } from './describe-error.js';

describe('the description of an error', () => {
  it.each([
    [new ConnectError('a:1', 'no'), 'CONNECT_FAILED', 'no'],
    [new TypeError('bad'), 'TypeError', 'bad'],
    ['text', '_OTHER', 'text'],
    [null, '_OTHER', 'null'],
  ])('%p', (error, type, message) => {
    expect(errorType(error)).toBe(type);
    expect(errorMessage(error)).toBe(message);
  });

  it('are named by their class if they have no name', () => {
    class BulkheadRejectedError extends Error {}
    expect(errorType(new BulkheadRejectedError('full'))).toBe('BulkheadRejectedError');
    expect(errorType(new Error('plain'))).toBe('Error');
    expect(errorType({ name: 'Error' })).toBe('Object');
  });
});
