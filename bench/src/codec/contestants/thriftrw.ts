import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { large, medium, small, type PayloadName } from '../../payloads.js';
import type { Contestant } from '../contestant.js';

const require = createRequire(import.meta.url);

interface Type {
  toBuffer(value: object): Buffer;
  fromBuffer(bytes: Buffer): object;
}
const { Thrift } = require('thriftrw') as {
  Thrift: new (options: object) => { getType(name: string): Type };
};

/** thriftrw, which reads the IDL at run time. */
export function thriftrwContestant(payload: PayloadName): Contestant {
  const source = readFileSync(new URL('../../../../idl/bench.thrift', import.meta.url), 'utf8');
  // Without a type annotation an i64 is a Buffer of eight bytes there.
  const thrift = new Thrift({ source, strict: false, allowFilesystemAccess: false });
  const i64 = (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    return bytes;
  };
  const values = { small: () => small(i64), medium: () => medium(i64), large: () => large(i64) };
  const type = thrift.getType({ small: 'Counter', medium: 'User', large: 'Users' }[payload]);
  const message = values[payload]();
  const encode = () => type.toBuffer(message);
  const encoded = encode();
  const decode = () => type.fromBuffer(encoded);
  return {
    name: 'thriftrw',
    encode,
    decode,
    verify() {
      if (!type.toBuffer(decode()).equals(encoded)) {
        throw new Error('thriftrw: echo differs');
      }
    },
  };
}
