import { createHash } from 'node:crypto';

const RANDOM_BYTES = 512;

/** What clients of other protocols send first, by the name that operators know them by. */
export const FOREIGN: Readonly<Record<string, Buffer>> = {
  HTTP: Buffer.from('GET /health HTTP/1.1\r\nHost: example\r\n\r\n'),
  'HTTP/2': Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  TLS: Buffer.from(`1603010200010001fc0303${'61'.repeat(506)}`, 'hex'),
  TJSON: Buffer.from('[1,"echo",1,1,{"1":{"str":"hello"}}]'),
  THeader: Buffer.from(
    '0000001d0fff000000000001000100008001000100000004' + '6563686f0000000100',
    'hex',
  ),
  zlib: Buffer.from('789ccb48cdc9c95728cf2fca49010019ab044a', 'hex'),
};

/** Bytes without any order, the same in every run for a number. */
export function randomBytes(seed: number): Buffer {
  const parts: Buffer[] = [];
  for (let length = 0; length < RANDOM_BYTES; length += 32) {
    parts.push(createHash('sha256').update(`${seed} ${length}`).digest());
  }
  return Buffer.concat(parts);
}
