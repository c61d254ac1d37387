import { supportsReusePort } from './listen.js';

it.each([
  ['20.20.2', false],
  ['22.11.9', false],
  ['22.12.0', true],
  ['23.0.0', false],
  ['23.1.0', true],
  ['24.0.0', true],
])('Node.js %s can share a port: %p', (version, supported) => {
  expect(supportsReusePort(version)).toBe(supported);
});
