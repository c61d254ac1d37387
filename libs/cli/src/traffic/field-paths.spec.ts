import { collectPath, FieldPaths } from './field-paths.js';

describe('FieldPaths', () => {
  it.each([
    ['token', 'args.user.token', true],
    ['token', 'args.user.access_token', false],
    ['user.token', 'args.user.token', true],
    ['user.token', 'args.token', false],
    ['result.*.id', 'result.user.id', true],
    ['result.*.id', 'result.id', false],
    ['a+b', 'args.a+b', true],
    ['a+b', 'args.aab', false],
  ])('%s at %s', (path, place, matches) => {
    expect(new FieldPaths([path]).matches(place)).toBe(matches);
  });

  it('matches nothing without paths', () => {
    expect(new FieldPaths([]).matches('args.token')).toBe(false);
  });

  it('takes paths with the brackets of lists, and rejects what is not a path', () => {
    expect(collectPath('result.users[].id', ['a'])).toEqual(['a', 'result.users.id']);
    expect(() => collectPath('a..b', [])).toThrow('Give a path of fields');
    expect(() => collectPath('', [])).toThrow('Give a path of fields');
  });
});
