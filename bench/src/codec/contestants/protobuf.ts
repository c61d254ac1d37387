import { createRequire } from 'node:module';
import { large, medium, small, type PayloadName } from '../../payloads.js';
import type { Contestant } from '../contestant.js';

const require = createRequire(import.meta.url);

interface Type {
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  verify(message: object): string | null;
  fromObject(message: object): object;
  toObject(message: object, options: object): object;
}

/** Static code that `pbjs` generates from idl/bench.proto. */
const { bench } = require('../../../../gen/protobuf/bench.cjs') as {
  bench: Record<'Counter' | 'User' | 'Users', Type>;
};

const TYPES = { small: bench.Counter, medium: bench.User, large: bench.Users };

/** protobufjs with static code. */
export function protobufContestant(payload: PayloadName): Contestant {
  const type = TYPES[payload];
  const plain = {
    small: () => small(String),
    medium: () => medium(String),
    large: () => large(String),
  };
  const message = type.fromObject(plain[payload]());
  const encode = () => type.encode(message).finish();
  const encoded = encode();
  const decode = () => type.decode(encoded);
  return {
    name: 'protobufjs',
    encode,
    decode,
    verify() {
      const [left, right] = [decode(), message].map((value) =>
        JSON.stringify(type.toObject(value, { longs: String })),
      );
      if (left !== right) {
        throw new Error('protobufjs: echo differs');
      }
    },
  };
}
