import { moduleSpecifier, outputPath } from './file-names.js';

describe('outputPath', () => {
  it('mirrors the path of the source', () => {
    expect(outputPath('shared/base.thrift')).toBe('shared/base.ts');
    expect(outputPath('v1.2/odd.name')).toBe('v1.2/odd.name.ts');
  });
});

describe('moduleSpecifier', () => {
  it.each([
    ['a.thrift', 'b.thrift', './b.js'],
    ['a.thrift', 'shared/b.thrift', './shared/b.js'],
    ['users/a.thrift', 'b.thrift', '../b.js'],
    ['users/a.thrift', 'users/b.thrift', './b.js'],
    ['users/v1/a.thrift', 'shared/v1/b.thrift', '../../shared/v1/b.js'],
  ])('leads from %s to %s', (from, to, specifier) => {
    expect(moduleSpecifier(from, to)).toBe(specifier);
  });
});
