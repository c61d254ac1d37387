import { ERROR_CODES, type ThriftRpcError } from '@nestjs-thrift/codec';
import { ConnectError } from '@nestjs-thrift/transport';
import { EXIT_CODES } from '../terminal/exit-codes.js';
import { errorText } from '../terminal/terminal.js';

const UNTRUSTED =
  'trust the authority that signed it with --ca, or any certificate, for a test, with --insecure; the server must send intermediate certificates, too';

/** What helps against each reason of Node to refuse the certificate of a server. */
const CERTIFICATE_HINTS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  CERT_UNTRUSTED: UNTRUSTED,
  INVALID_CA: UNTRUSTED,
  CERT_HAS_EXPIRED:
    'renew the certificate of the server, or take any, for a test, with --insecure; a newer authority may be needed with --ca',
  CERT_NOT_YET_VALID: 'compare the clocks of this machine and of the authority',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'call the server by a name in its certificate, or say which one to expect with --server-name',
};

/**
 * What people are told about a failed call. A server whose certificate was refused is up and can be reached, so that the
 * hint of the transport would lead them astray: they are told the options that help instead.
 */
export function failureMessage(error: ThriftRpcError): string {
  if (!(error instanceof ConnectError)) {
    return error.message;
  }
  const { code = '' } = (error.cause ?? {}) as { code?: string };
  if (!Object.hasOwn(CERTIFICATE_HINTS, code)) {
    return error.message;
  }
  const reason = `${errorText(error.cause)} (${code})`;
  return `the certificate of ${error.address} is refused: ${reason}; ${CERTIFICATE_HINTS[code]}`;
}

/** The exit code of a command that ends with a failed call. */
export function exitCodeOf({ code }: ThriftRpcError): number {
  return EXIT_CODES[ERROR_CODES[code].exit];
}
