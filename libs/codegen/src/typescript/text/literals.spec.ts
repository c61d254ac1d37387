import { runInNewContext } from 'node:vm';
import { methodKey, ownPropertyAccess, quote, typeKey, valueKey } from './literals.js';

describe('literals', () => {
  it.each(['plain', `it's "quoted"`, 'back\\slash\\', 'line\nbreak', '\u2028', '\\"', `\\'`])(
    'quote gives %j back when it is evaluated',
    (text) => {
      expect(runInNewContext(quote(text))).toBe(text);
    },
  );

  it('quotes keys only where they have to be', () => {
    expect(typeKey('user_id')).toBe('user_id');
    expect(typeKey('api.get')).toBe(`'api.get'`);
    expect(methodKey('new')).toBe(`'new'`);
    expect(methodKey('delete')).toBe('delete');
  });

  it('computes keys that mean something else in a literal', () => {
    expect(valueKey('__proto__')).toBe(`['__proto__']`);
    expect(valueKey('constructor')).toBe(`['constructor']`);
  });

  it('does not take what every object inherits for a field', () => {
    expect(ownPropertyAccess('init', 'name')).toBe('init.name');
    expect(ownPropertyAccess('init', 'toString')).toBe(
      `(Object.hasOwn(init, 'toString') ? init.toString : undefined)`,
    );
  });
});
