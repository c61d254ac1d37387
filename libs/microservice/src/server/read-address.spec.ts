import { readAddress } from './thrift-server-options.js';

describe('readAddress', () => {
  it.each([
    ['127.0.0.1:8888', { host: '127.0.0.1', port: 8888 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['unix:/run/users.sock', { path: '/run/users.sock' }],
    ['unix:/run/odd:80', { path: '/run/odd:80' }],
    ['unix:relative.sock', { path: 'relative.sock' }],
  ])('reads %s', (text, address) => {
    expect(readAddress(text)).toEqual(address);
  });
});
