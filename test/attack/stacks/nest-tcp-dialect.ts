import { type Answer, BytePeer, type Request } from '../wire/peer.js';
import { type Dialect, MISSING_BYTES } from './dialect.js';

const MAX_TEXT = 400;
/** The longest number before a message. */
const MAX_LENGTH_DIGITS = 12;

interface Packet {
  readonly id?: string;
  readonly err?: unknown;
}

function call(pattern: string, json: string): Request {
  const message = `{"pattern":"${pattern}","data":${json},"id":"1"}`;
  return { bytes: Buffer.from(`${message.length}#${message}`) };
}

/** Reads `length#json`; everything that is sent here is one byte a character. */
function readAnswer(bytes: Buffer): Answer | number {
  const delimiter = bytes.subarray(0, MAX_LENGTH_DIGITS).indexOf('#');
  if (delimiter < 0) {
    return bytes.length + 1;
  }
  const end = delimiter + 1 + Number(bytes.toString('latin1', 0, delimiter));
  if (bytes.length < end) {
    return end;
  }
  const packet = JSON.parse(bytes.toString('utf8', delimiter + 1, end)) as Packet;
  const isError = packet.err !== undefined && packet.err !== null;
  const text = isError ? JSON.stringify(packet.err).slice(0, MAX_TEXT) : '';
  return { kind: isError ? 'error' : 'result', text, bytes: end, id: Number(packet.id) };
}

/** Nest's TCP transport: JSON behind a length. */
export const nestTcpDialect: Dialect = {
  open: (port) => BytePeer.open(port, readAnswer),
  echo: (text) => call('echo', JSON.stringify(text)),
  fill: (bytes) => call('fill', String(bytes)),
  hang: () => call('hang', '0'),
  intMap: (keys) => call('count', `{${keys.map((key) => `"${key}":0`).join(',')}}`),
  emptyElements: (count) => call('count', `[${'{},'.repeat(count / 3 - 1)}{}]`),
  unknownMethod: (length) => call('x'.repeat(length), '0'),
  unfinished: (bytes) => ({
    bytes: call('echo', `"${'x'.repeat(bytes)}"`).bytes.subarray(0, -MISSING_BYTES),
  }),
};
