import { LocalFailures } from './describe-error.js';

describe('failures of calls on the client itself', () => {
  it('are those that no attempt ended with, also not within another error', () => {
    const failures = new LocalFailures();
    const reset = new Error('reset');
    failures.attempted(reset);
    expect(failures.includes(reset)).toBe(false);
    expect(failures.includes(new Error('no retry is left', { cause: reset }))).toBe(false);
    expect(failures.includes(new Error('the breaker is open'))).toBe(true);
    expect(failures.includes(new Error('no instance', { cause: new Error('DNS') }))).toBe(true);
    expect(failures.includes('thrown as text')).toBe(true);
  });
});
