import { fitted, reflowed, textWidth, wrapped } from './text-width.js';

describe('textWidth', () => {
  it('counts columns: two for wide characters, none for colours', () => {
    expect(textWidth('\u001b[31m用户\u001b[0m é')).toBe(6);
  });
});

describe('fitted', () => {
  it('cuts with an ellipsis and ends colours', () => {
    expect(fitted('abcdef', 6)).toBe('abcdef');
    expect(fitted('abcdef', 5)).toBe('abcd…');
    expect(fitted('██░░ 10% 0 calls', 10)).toBe('██░░ 10% …');
    expect(textWidth(fitted('\u001b[31m用户用户\u001b[0m', 5))).toBeLessThanOrEqual(5);
    expect(fitted('\u001b[31mabcdef\u001b[0m', 3).endsWith('…\u001b[0m')).toBe(true);
  });
});

describe('wrapped', () => {
  it('keeps the indent of a line and of a list', () => {
    expect(wrapped('  one two three four', 12)).toBe('  one two\n  three four');
    expect(wrapped('  0  one two three', 14)).toBe('  0  one two\n     three');
  });

  it('leaves short lines alone', () => {
    expect(wrapped('a\n  b\n\nc', 20)).toBe('a\n  b\n\nc');
  });
});

describe('reflowed', () => {
  it('joins the lines of a paragraph and wraps them', () => {
    expect(reflowed('one two\nthree four five\n\nHead:\n  item', 16)).toBe(
      'one two three\nfour five\n\nHead:\n  item',
    );
  });

  it('breaks commands outside quotes, so that they can be copied', () => {
    const text = `  nestjs-thrift call users '{"user_id": 1}' --idl a.thrift      with a payload`;

    expect(reflowed(text, 40)).toBe(
      [
        `  nestjs-thrift call users \\`,
        `    '{"user_id": 1}' --idl a.thrift`,
        `      # with a payload`,
      ].join('\n'),
    );
  });
});
