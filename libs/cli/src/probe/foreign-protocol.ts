/** How much of the answer of a stranger is looked at. */
export const RECOGNISED_BYTES = 64;

const TLS_ALERT = 0x15;
const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR_VERSION = 0x03;
const HTTP2_SETTINGS = 0x04;

/** A protocol that is not Thrift, and what to do about it. */
export interface ForeignProtocol {
  readonly name: string;
  readonly next: string;
}

/** What is met most often. */
export const HTTP: ForeignProtocol = {
  name: 'HTTP',
  next: 'this is not the port of a Thrift server; look for the Thrift port next to it (the admin port is often 9090, Thrift 8888)',
};

/** Names the protocol that bytes belong to, if it is one of those that are met on wrong ports. */
export function recogniseProtocol(bytes: Buffer): ForeignProtocol | undefined {
  const text = bytes.toString('latin1', 0, RECOGNISED_BYTES);
  if (text.startsWith('HTTP/')) {
    return HTTP;
  }
  if (isTls(bytes)) {
    return {
      name: 'TLS',
      next: 'the server requires TLS: add --tls, and --ca for your own authority',
    };
  }
  if (isHttp2(bytes)) {
    return { name: 'HTTP/2 (gRPC?)', next: 'this is not the port of a Thrift server' };
  }
  if (text.startsWith('SSH-')) {
    return { name: 'SSH', next: 'this is not the port of a Thrift server' };
  }
  if (/^-(ERR|NOAUTH|WRONGTYPE)/.test(text)) {
    return { name: 'Redis', next: 'this is not the port of a Thrift server' };
  }
  return undefined;
}

function isTls(bytes: Buffer): boolean {
  return (bytes[0] === TLS_ALERT || bytes[0] === TLS_HANDSHAKE) && bytes[1] === TLS_MAJOR_VERSION;
}

/** The first frame of a server is SETTINGS on stream 0. */
function isHttp2(bytes: Buffer): boolean {
  return (
    bytes.length >= 9 &&
    bytes[0] === 0 &&
    bytes[3] === HTTP2_SETTINGS &&
    bytes.readUInt32BE(5) === 0 &&
    bytes.readUIntBE(0, 3) % 6 === 0
  );
}
