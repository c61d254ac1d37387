/** Beginnings of HTTP requests and responses, as many characters as one word of a message has. */
const HTTP_WORDS = new Set([
  'GET ',
  'POST',
  'PUT ',
  'HEAD',
  'DELE',
  'OPTI',
  'PATC',
  'CONN',
  'HTTP',
]);
/** Second byte of a zlib stream, for each level of compression. */
const ZLIB_LEVELS = new Set([0x01, 0x5e, 0x9c, 0xda]);
const TLS_ALERT = 0x15;
const TLS_HANDSHAKE = 0x16;
const THEADER_MAGIC = 0x0fff;

/** What foreign bytes are called, and what to do. */
const NAMES = {
  http2: 'gRPC or HTTP/2 on a Thrift port',
  http: 'HTTP on a Thrift port',
  tls: 'TLS ClientHello on a port without TLS; configure tls, or call without it',
  tlsAlert: 'TLS alert on a connection without TLS; the peer expects TLS, configure tls',
  tjson: 'TJSON, which is not supported; use Binary or Compact',
  zlib: 'zlib, which is not supported; turn compression off',
  theader: 'THeader of Apache Thrift, which is not supported; use Framed or TTHeader',
} as const;
const KNOWN_NAMES: ReadonlySet<string> = new Set(Object.values(NAMES));

/** Whether a text names a foreign protocol, as {@link nameForeignBytes} does: one of a few, whatever a peer sends. */
export function isForeignName(text: string): boolean {
  return KNOWN_NAMES.has(text);
}

/**
 * Names the protocol that bytes on a Thrift port belong to, from the first four to eight of them, and what to do;
 * `undefined` for bytes of no protocol that peers are known to mix up.
 */
export function nameForeignBytes(bytes: Buffer, start: number, end: number): string | undefined {
  const word = bytes.toString('latin1', start, Math.min(start + 4, end));
  if (word === 'PRI ') {
    return NAMES.http2;
  }
  if (HTTP_WORDS.has(word)) {
    return NAMES.http;
  }
  const first = bytes[start];
  if (first === TLS_HANDSHAKE && bytes[start + 1] === 3) {
    return NAMES.tls;
  }
  if (first === TLS_ALERT && bytes[start + 1] === 3) {
    return NAMES.tlsAlert;
  }
  if (word.startsWith('[1,')) {
    return NAMES.tjson;
  }
  if (first === 0x78 && ZLIB_LEVELS.has(bytes[start + 1]!)) {
    return NAMES.zlib;
  }
  if (end - start >= 6 && bytes.readUInt16BE(start + 4) === THEADER_MAGIC) {
    return NAMES.theader;
  }
  return undefined;
}

/** Length of a TLS record that carries an alert in plain text. */
const ALERT_BYTES = 7;
/** Type, version 3.x, and the length of an alert; level and description follow (RFC 8446, section 5.1). */
const ALERT_LENGTH = 2;

/** Whether bytes are exactly one TLS alert in plain text, which no message can be: it has at least eight bytes. */
export function isTlsAlert(bytes: Buffer): boolean {
  return (
    bytes.length === ALERT_BYTES &&
    bytes[0] === TLS_ALERT &&
    bytes[1] === 3 &&
    bytes.readUInt16BE(3) === ALERT_LENGTH
  );
}

/** Tells a client that sent no TLS to a port with TLS why its connection closes: fatal, protocol_version. */
export const PROTOCOL_VERSION_ALERT = Buffer.from([TLS_ALERT, 3, 1, 0, ALERT_LENGTH, 2, 70]);
