import { Packr } from 'msgpackr';
import { large, medium, small, type PayloadName } from '../../payloads.js';
import { expectSame } from '../../rpc/peer.js';
import type { Contestant } from '../contestant.js';

function value<I>(payload: PayloadName, i64: (value: bigint) => I): object {
  if (payload === 'small') {
    return small(i64);
  }
  return payload === 'medium' ? medium(i64) : large(i64);
}

/** JSON to bytes and back, 64-bit integers as decimals. */
export function jsonContestant(payload: PayloadName): Contestant {
  const message = value(payload, String);
  const encode = () => Buffer.from(JSON.stringify(message));
  const encoded = encode();
  const decode = () => JSON.parse(encoded.toString()) as unknown;
  return { name: 'JSON', encode, decode, verify: () => expectSame(decode(), message) };
}

/** msgpackr with shared record structures, its fastest way. */
export function msgpackrContestant(payload: PayloadName): Contestant {
  const message = value(payload, (i64) => i64);
  const packr = new Packr({ structures: [], int64AsType: 'bigint' });
  const encode = () => packr.pack(message);
  const encoded = Buffer.from(encode());
  const decode = (): unknown => packr.unpack(encoded);
  return { name: 'msgpackr', encode, decode, verify: () => expectSame(decode(), message) };
}
