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
  it('refuses an empty list', () => {
    expect(() => staticResolver([])).toThrow('a static resolver needs at least one endpoint');
  });
});
