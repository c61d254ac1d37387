import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { errorMessage } from '../errors/error-text.js';
import { PROTOCOL_VERSION_ALERT } from '../wire/framing/foreign-bytes.js';

const NO_TLS = 'the caller does not use TLS';
const ALERT = /SSL alert number \d+/;

/** Causes that the code of an error tells. */
const BY_CODE: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_HTTP_REQUEST: `${NO_TLS}, but HTTP`,
  ERR_SSL_HTTPS_PROXY_REQUEST: `${NO_TLS}, but HTTP`,
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'the caller showed no certificate',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'caller and server have no version of TLS in common',
  ERR_SSL_NO_SHARED_CIPHER: 'caller and server have no cipher in common',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'the caller did not complete the handshake in time',
  ECONNRESET: 'the caller closed the connection during the handshake',
};

/** Error of Node about a TLS socket. */
interface TlsError extends Error {
  readonly code?: string;
  /** What OpenSSL says, without addresses of memory and files. */
  readonly reason?: string;
}

/** The end of a handshake that failed: who the caller was, why it failed, and what the caller learns of it. */
export class FailedHandshake {
  /** The socket below TLS. */
  readonly socket: Socket;
  readonly error: Error & { code?: string };

  constructor(error: TlsError, socket: TLSSocket) {
    this.socket = (socket as unknown as { readonly _parent?: Socket })._parent ?? socket;
    // A certificate that Node rejects makes the socket close, and its error mentions only that.
    const rejected: unknown = socket.authorizationError;
    const code = rejected ? codeOf(rejected) : error.code;
    const what = rejected ? 'the certificate of the caller is not trusted' : causeOf(error);
    const detail = rejected ? '' : `: ${error.reason ?? errorMessage(error)}`;
    const message = `${what}${detail}${code === undefined ? '' : ` (${code})`}`;
    this.error = Object.assign(new Error(message, { cause: error }), { code });
  }

  /** A client without TLS recognises the alert; OpenSSL sends it none. */
  tellCaller(): void {
    const { code } = this.error;
    if (code !== undefined && BY_CODE[code] === NO_TLS && this.socket.writable) {
      this.socket.write(PROTOCOL_VERSION_ALERT);
    }
  }
}

function causeOf({ code = '', message }: TlsError): string {
  if (ALERT.test(message)) {
    return 'the caller refused the certificate or the terms of this server';
  }
  return BY_CODE[code] ?? 'no agreement';
}

/** Node gives the code of OpenSSL itself, or an error. */
function codeOf(rejected: unknown): string {
  return typeof rejected === 'string'
    ? rejected
    : ((rejected as { code?: string }).code ?? errorMessage(rejected));
}
