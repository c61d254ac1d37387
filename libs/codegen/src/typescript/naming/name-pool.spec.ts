import { NamePool } from './name-pool.js';

describe('NamePool', () => {
  it('gives the wanted name once, then one with an underscore more each time', () => {
    const pool = new NamePool();

    expect([pool.take('User'), pool.take('User'), pool.take('User')]).toEqual([
      'User',
      'User_',
      'User__',
    ]);
  });

  it.each([
    'class',
    'delete',
    'await',
    'arguments',
    'any',
    'keyof',
    'Map',
    'Error',
    'Buffer',
    'Partial',
  ])('never gives %s', (name) => {
    expect(new NamePool().take(name)).toBe(`${name}_`);
  });

  it('makes an identifier of a name that is none', () => {
    expect(new NamePool().take('my-types.v1')).toBe('my_types_v1');
    expect(new NamePool().take('2fa')).toBe('_2fa');
  });

  it('avoids what the caller avoids', () => {
    expect(new NamePool().take('value', /^value_?$/)).toBe('value__');
  });

  it('forks without sharing what is taken later', () => {
    const pool = new NamePool(['a']);
    const fork = pool.fork();

    expect(fork.take('b')).toBe('b');
    expect(pool.take('b')).toBe('b');
    expect(fork.take('a')).toBe('a_');
  });
});
