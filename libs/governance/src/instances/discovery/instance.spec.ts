import { staticResolver } from './resolver.js';
import { toInstance } from './instance.js';

describe('toInstance', () => {
  it.each(['10.0.0.1:8888', 'users.svc:1', '[::1]:65535', 'unix:/run/users.sock'])(
    'takes the address %s',
    (address) => {
      expect(toInstance(address)).toEqual({ address, weight: 10, tags: {} });
    },
  );

  it.each([
    '',
    'users',
    'users:',
    'users:0',
    'users:65536',
    '::1:80',
    'unix:/',
    'a b:1',
    'http://a:1',
  ])('refuses %j and says how an address is written', (address) => {
    expect(() => toInstance(address)).toThrow(
      `"${address}" is not an address of an instance; expected host:port, [IPv6]:port or unix:/path`,
    );
  });

  it('rejects a weight that is not a number', () => {
    expect(() => toInstance({ address: 'a:1', weight: NaN })).toThrow(
      'the weight of a:1 must be a finite number, got NaN',
    );
  });
});

describe('staticResolver', () => {
  const AN_INSTANCE = 'an address (host:port, [IPv6]:port or unix:/path) or an object of options';

  it.each([
    [[], `staticResolver must be an array of at least 1, each ${AN_INSTANCE}; got an array of 0`],
    [
      'a:1',
      `staticResolver must be an array of at least 1, each ${AN_INSTANCE}; got the string "a:1"`,
    ],
    [
      ['a:1', undefined],
      `staticResolver[1] must be ${AN_INSTANCE}; got undefined; is an environment variable not set?`,
    ],
    [
      [{ address: 'a:1', weigth: 3 }],
      'unknown option staticResolver[0].weigth; did you mean weight?',
    ],
    [
      [{ address: 'a:1', weight: -1 }],
      'staticResolver[0].weight must be a number of 0 or more; got -1',
    ],
  ])('rejects %j and says where and why', (endpoints, message) => {
    expect(() => staticResolver(endpoints as string[])).toThrow(new TypeError(message));
  });
});
