import { InvalidArgumentError } from 'commander';
import { collectAnnotationPatterns, matchesAny } from './annotation-patterns.js';

describe('collectAnnotationPatterns', () => {
  it('takes names with commas and blanks between, and adds those of the option given before', () => {
    expect(collectAnnotationPatterns('api.*, go.tag', [])).toEqual(['api.*', 'go.tag']);
    expect(collectAnnotationPatterns('*', ['agw'])).toEqual(['agw', '*']);
  });

  it.each([
    '',
    ' ',
    'api.query,',
    ',api.query',
    '*.query',
    'a*b',
    'api.**',
    '!api',
    'a b',
    'api.?',
  ])('refuses %j, and says what to give', (text) => {
    const collect = (): string[] => collectAnnotationPatterns(text, []);

    expect(collect).toThrow(InvalidArgumentError);
    expect(collect).toThrow(
      `Give names of annotations with commas between, such as 'api.query,go.tag'; only the end of a name can be *`,
    );
  });
});

describe('matchesAny', () => {
  it.each([
    ['api.query', ['api.*'], true],
    ['api', ['api.*'], false],
    ['apiXquery', ['api.*'], false],
    ['go.api.query', ['api.*'], false],
    ['go.tag', ['api.*', 'go.tag'], true],
    ['go.tags', ['go.tag'], false],
    ['go', ['go.tag'], false],
    ['anything', ['*'], true],
    ['anything', [], false],
  ])('compares %s with %j', (name, patterns, expected) => {
    expect(matchesAny(patterns, name)).toBe(expected);
  });
});
