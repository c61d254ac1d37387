import { ReadBuffer, WriteBuffer, type StructCodec } from '@nestjs-thrift/codec';
import { CounterCodec, UserCodec, UsersCodec } from '../../gen/bench.js';
import { large, medium, small, type PayloadName } from '../../payloads.js';
import { expectSame } from '../../rpc/peer.js';
import type { Contestant } from '../contestant.js';

const messages = {
  small: small((value) => value),
  medium: medium((value) => value),
  large: large((value) => value),
};

const codecs: Readonly<Record<PayloadName, StructCodec<never>>> = {
  small: CounterCodec as StructCodec<never>,
  medium: UserCodec as StructCodec<never>,
  large: UsersCodec as StructCodec<never>,
};

/** Into the send buffer, as the transport does; and as a Buffer of its own, as a caller without a transport wants. */
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
  const input = new ReadBuffer(encoded);
  const decode =
    protocol === 'binary'
      ? (): unknown => {
          input.reset(encoded, 0, encoded.length);
          return codec.readBinary(input);
        }
      : (): unknown => {
          input.reset(encoded, 0, encoded.length);
          return codec.readCompact(input);
        };
  const verify = () => expectSame(decode(), message);
  return [
    { name: 'nestjs-thrift', encode, decode, verify },
    { name: 'nestjs-thrift, owned Buffer', encode: encodeOwned, decode, verify },
  ];
}
