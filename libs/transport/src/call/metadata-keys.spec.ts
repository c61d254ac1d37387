import { findValue } from './metadata-keys.js';

describe('findValue', () => {
  it('prefers names in their given order and finds them in any case', () => {
    const values = new Map([
      ['X_REQUEST_ID', 'b'],
      ['request-id', 'a'],
    ]);
    expect(findValue(values, ['request-id', 'x-request-id'])).toBe('a');
    expect(findValue(values, ['x-request-id'])).toBe('b');
    expect(findValue(values, ['log-id'])).toBeUndefined();
  });
});
