import { ConnectError } from '../errors/errors.js';
import { parseEndpoint, readEndpoint } from './endpoint-address.js';

describe('readEndpoint', () => {
  it.each([
    ['127.0.0.1:8888', { host: '127.0.0.1', port: 8888 }],
    ['users.svc:1', { host: 'users.svc', port: 1 }],
    ['[::1]:65535', { host: '::1', port: 65535 }],
    ['[fe80::1%eth0]:80', { host: 'fe80::1%eth0', port: 80 }],
    ['unix:/run/users.sock', { path: '/run/users.sock' }],
    ['unix:/run/odd:80', { path: '/run/odd:80' }],
    ['unix:relative.sock', { path: 'relative.sock' }],
    ['unix:\0abstract', { path: '\0abstract' }],
  ])('reads %j', (text, address) => {
    expect(readEndpoint(text)).toEqual(address);
  });

  it.each([
    '',
    'users',
    'users:',
    'users:0',
    'users:65536',
    'users:1e3',
    '::1:80',
    '[users]:80',
    '[::1:80',
    'a b:1',
    'http://a:1',
    'undefined:80',
    'unix:',
    'unix:/',
    'unix:undefined',
  ])('reads nothing from %j', (text) => {
    expect(readEndpoint(text)).toBeUndefined();
  });
});

it('parseEndpoint throws an error that says how an address is written', () => {
  expect(() => parseEndpoint('users')).toThrow(
    new ConnectError('users', 'endpoint "users" is not host:port, [IPv6]:port or unix:/path'),
  );
});
