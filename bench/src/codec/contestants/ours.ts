import type { StructCodec } from '@nestjs-thrift/codec';
import { ReadBuffer, WriteBuffer } from '@nestjs-thrift/codec/wire';
import { CounterSchema, UserSchema, UsersSchema } from '../../gen/bench.js';
import { large, medium, small, type PayloadName } from '../../payloads.js';
import { expectSame } from '../../rpc/peer.js';
import type { Contestant } from '../contestant.js';

const messages = {
  small: small((value) => value),
  medium: medium((value) => value),
  large: large((value) => value),
};

const codecs: Readonly<Record<PayloadName, StructCodec<never>>> = {
  small: CounterSchema as unknown as StructCodec<never>,
  medium: UserSchema as unknown as StructCodec<never>,
  large: UsersSchema as unknown as StructCodec<never>,
};

/** The other ways to encode and to decode: into a separate Buffer, and with the strings of a message in bulk. */
export const OPTIONS = 'nestjs-thrift, owned Buffer / bulk strings';

/** Into the send buffer, as the transport does; and as a separate Buffer, as a caller without a transport needs. */
export function ourContestants(payload: PayloadName, protocol: 'binary' | 'compact'): Contestant[] {
  const message = messages[payload] as never;
  const codec = codecs[payload];
  const out = new WriteBuffer(65_536);
  const encode =
    protocol === 'binary'
      ? () => {
          out.position = 0;
          codec.writeBinary(message, out);
          return out;
        }
      : () => {
          out.position = 0;
          codec.writeCompact(message, out);
          return out;
        };
  const encodeOwned = () => Buffer.from(encode().bytes.subarray(0, out.position));
  const encoded = encodeOwned();
  const decode = decoder(codec, protocol, encoded, false);
  const decodeBulk = decoder(codec, protocol, encoded, true);
  const verify = () => {
    expectSame(decode(), message);
    expectSame(decodeBulk(), message);
  };
  return [
    { name: 'nestjs-thrift', encode, decode, verify },
    { name: OPTIONS, encode: encodeOwned, decode: decodeBulk, verify },
  ];
}

function decoder(
  codec: StructCodec<never>,
  protocol: 'binary' | 'compact',
  encoded: Buffer,
  slicedStrings: boolean,
): () => unknown {
  const input = new ReadBuffer(encoded, 0, encoded.length, undefined, slicedStrings);
  return protocol === 'binary'
    ? () => {
        input.reset(encoded, 0, encoded.length);
        return codec.readBinary(input);
      }
    : () => {
        input.reset(encoded, 0, encoded.length);
        return codec.readCompact(input);
      };
}
