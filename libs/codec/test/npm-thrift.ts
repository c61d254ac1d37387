import { createRequire } from 'node:module';
import { jest } from '@jest/globals';

/** What is used of a protocol object of npm thrift; reading and writing goes through its methods by name. */
export type NpmProtocol = Record<string, (...args: unknown[]) => unknown>;

interface NpmThrift {
  readonly TFramedTransport: new (
    input?: Buffer,
    onFlush?: (message: Buffer) => void,
  ) => { flush(): void };
  readonly TBinaryProtocol: new (transport: object) => NpmProtocol;
  readonly TCompactProtocol: new (transport: object) => NpmProtocol;
  readonly Int64: new (high: Buffer) => { readonly buffer: Buffer; readonly offset: number };
}

/**
 * npm thrift, which requires the ES module `uuid`: jest's `require` takes none, so it is imported first and handed on.
 */
export async function loadNpmThrift(): Promise<NpmThrift> {
  const require = createRequire(import.meta.url);
  const uuid = createRequire(require.resolve('thrift')).resolve('uuid');
  const module = (await import(uuid)) as object;
  jest.doMock(uuid, () => module);
  return (await import('thrift')) as unknown as NpmThrift;
}
