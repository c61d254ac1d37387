import { errorMessage, errorText } from './error-text.js';

const thrower = {
  get message(): string {
    throw new Error('no message');
  },
  toString(): string {
    throw new Error('no text');
  },
};

describe('errorText', () => {
  it.each([
    [new TypeError('wrong'), 'TypeError: wrong'],
    ['wrong', 'wrong'],
    [undefined, 'undefined'],
    [Symbol('wrong'), 'Symbol(wrong)'],
    [Object.create(null), 'a thrown object without a text'],
  ])('describes %p', (error, text) => {
    expect(errorText(error)).toBe(text);
  });

  it('describes an object that throws when it is asked', () => {
    expect(errorText(thrower)).toBe('a thrown object without a text');
    expect(errorMessage(thrower)).toBe('a thrown object without a text');
  });

  it('cuts a long text', () => {
    expect(errorText('x'.repeat(5_000))).toHaveLength(4_097);
  });
});

describe('errorMessage', () => {
  it.each([
    [new TypeError('wrong'), 'wrong'],
    [{ message: 'wrong' }, 'wrong'],
    [{ message: 7 }, '[object Object]'],
    [null, 'null'],
  ])('describes %p', (error, text) => {
    expect(errorMessage(error)).toBe(text);
  });
});
