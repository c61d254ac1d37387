import { docComment } from './doc-comment.js';

describe('docComment', () => {
  it('is empty where there is nothing to say', () => {
    expect(docComment({ annotations: { idempotent: ['true'] } })).toBe('');
  });

  it('keeps one line on one line, and lines apart', () => {
    expect(docComment({ doc: 'A user.', annotations: {} })).toBe('/** A user. */\n');
    expect(docComment({ doc: 'A user.\n\nMore. ', annotations: {} }, '  ')).toBe(
      '  /**\n   * A user.\n   *\n   * More.\n   */\n',
    );
  });

  it('cannot be ended by its own text', () => {
    expect(docComment({ doc: 'all of a/*/b', annotations: {} })).toBe('/** all of a/*\\/b */\n');
  });

  it('turns the annotation deprecated into the tag', () => {
    expect(docComment({ annotations: { deprecated: ['1'] } })).toBe('/** @deprecated */\n');
    expect(docComment({ annotations: { deprecated: ['false'] } })).toBe('');
    expect(docComment({ doc: 'Old.', annotations: { deprecated: ['use\nNew'] } })).toBe(
      '/**\n * Old.\n * @deprecated use New\n */\n',
    );
  });
});
