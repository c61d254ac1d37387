import { createRequire } from 'node:module';
import { jest } from '@jest/globals';

/**
 * npm thrift from 0.23 on requires `uuid`, which is an ES module: fine in Node, but jest's `require` takes no ES
 * modules. So jest imports it first and hands the very same module to `require`. To be called before anything
 * imports thrift.
 */
export async function letJestLoadThrift(): Promise<void> {
  const thrift = createRequire(import.meta.url).resolve('thrift');
  const path = createRequire(thrift).resolve('uuid');
  const uuid = (await import(path)) as object;
  jest.doMock(path, () => uuid);
}
