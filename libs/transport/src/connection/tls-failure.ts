import type { ConnectionOptions } from 'node:tls';

/** How a face of this project spells the options that help against a failure of TLS. */
export interface TlsOptionNames {
  readonly tls: string;
  readonly ca: string;
  readonly certificate: string;
  readonly servername: string;
  readonly anyCertificate: string;
  readonly versions: string;
}

/** The options of a client. */
const CLIENT_NAMES: TlsOptionNames = {
  tls: 'tls',
  ca: 'tls.ca',
  certificate: 'tls.cert and tls.key',
  servername: 'tls.servername',
  anyCertificate: 'tls.rejectUnauthorized: false',
  versions: 'tls.minVersion and tls.maxVersion',
};

/** What failed, and what helps against it. */
interface FaultRow {
  readonly what: string;
  readonly hint: (names: TlsOptionNames) => string;
}

/** Every way in which TLS between a client and a server fails: one hint per cause. */
const FAULTS = {
  'expects-tls': {
    what: 'the server uses TLS on this port',
    hint: ({ tls }) => `connect with ${tls}`,
  },
  'no-tls': {
    what: 'the server does not use TLS on this port',
    hint: ({ tls }) => `connect without ${tls}, or to its port with TLS`,
  },
  'no-handshake': {
    what: 'the server took the connection, but did not complete the TLS handshake',
    hint: ({ tls }) => `if its port does not use TLS connect without ${tls}`,
  },
  untrusted: {
    what: 'the certificate of the server is not trusted',
    hint: ({ ca, anyCertificate }) =>
      `trust the authority that signed it with ${ca}, or any certificate, for a test, with ${anyCertificate}; the server must send intermediate certificates too`,
  },
  expired: {
    what: 'the certificate of the server has expired',
    hint: ({ anyCertificate }) =>
      `renew it, or take any, for a test, with ${anyCertificate}; if it is an authority that expired, renew that`,
  },
  'not-yet-valid': {
    what: 'the certificate of the server is not valid yet',
    hint: () => 'compare the clocks of this machine and of the authority',
  },
  revoked: {
    what: 'the certificate of the server was revoked',
    hint: () => 'give the server a new certificate',
  },
  'wrong-name': {
    what: 'the certificate of the server is for another name',
    hint: ({ servername }) =>
      `call the server by a name in its certificate, or set the expected one with ${servername}`,
  },
  'certificate-required': {
    what: 'the server requires a client certificate',
    hint: ({ certificate }) => `show one with ${certificate}`,
  },
  'certificate-refused': {
    what: 'the server refused the client certificate',
    hint: ({ certificate }) =>
      `replace ${certificate} by one that is valid and signed by an authority that the server trusts`,
  },
  'no-common-cipher': {
    what: 'the server found no cipher or algorithm that both sides allow',
    hint: () => 'compare the ciphers of both sides, and the kind of key of the server',
  },
  'no-common-version': {
    what: 'client and server have no version of TLS in common',
    hint: ({ versions }) => `compare ${versions} with what the server allows`,
  },
  'unknown-name': {
    what: 'the server has no certificate for the requested name',
    hint: ({ servername }) => `request a name that it serves with ${servername}`,
  },
} as const satisfies Record<string, FaultRow>;

/** A cause for which TLS fails. */
export type TlsFault = keyof typeof FAULTS;

/** What TLS of Node refuses itself, by the code of the error. */
const BY_CODE: Readonly<Record<string, TlsFault>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  CERT_SIGNATURE_FAILURE: 'untrusted',
  CERT_UNTRUSTED: 'untrusted',
  INVALID_CA: 'untrusted',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  CERT_REVOKED: 'revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong-name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'no-tls',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'no-common-version',
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: 'no-common-version',
};

/** Alerts of a server, by their number (RFC 8446, section 6): the codes of Node differ between versions of OpenSSL. */
const BY_ALERT: Readonly<Record<number, TlsFault>> = {
  40: 'no-common-cipher',
  42: 'certificate-refused',
  43: 'certificate-refused',
  44: 'certificate-refused',
  45: 'certificate-refused',
  46: 'certificate-refused',
  48: 'certificate-refused',
  49: 'certificate-refused',
  70: 'no-common-version',
  71: 'no-common-cipher',
  112: 'unknown-name',
  116: 'certificate-required',
};

const ALERT = /SSL alert number (\d+)/;

/** More of a {@link TlsFailure}. */
interface TlsFailureOptions extends ErrorOptions {
  /** Whether the fault only would explain what happened. Default false. */
  readonly suspected?: boolean;
}

/** Why client and server do not come together, as far as it lies in TLS: the cause of the errors of calls. */
export class TlsFailure extends Error {
  /** Code of the error of Node, if there is one. */
  readonly code: string | undefined;
  readonly #suspected: boolean;

  constructor(
    readonly address: string,
    readonly fault: TlsFault,
    { suspected = false, ...options }: TlsFailureOptions = {},
  ) {
    super('', options);
    this.name = 'TlsFailure';
    this.code = (options.cause as { code?: string } | undefined)?.code;
    this.#suspected = suspected;
    this.message = this.describe(CLIENT_NAMES);
  }

  /** What failed, why, and what to do, by the names of the options that a user of this process sets. */
  describe(names: TlsOptionNames): string {
    const { what, hint } = FAULTS[this.fault];
    return this.#suspected
      ? `${this.address} has not answered a request yet: if ${what}, ${hint(names)}`
      : `cannot connect to ${this.address}: ${what}${reasonOf(this.cause)}; ${hint(names)}`;
  }
}

/** The state of a connection when TLS fails. */
export interface TlsAttempt {
  readonly address: string;
  readonly tls: ConnectionOptions;
  /** Whether the server had shown its certificate: then it is the one of the client, or its absence, that it refuses. */
  readonly hasServerCertificate: boolean;
}

/** The failure behind an error of a TLS socket; `undefined` for one that has nothing to do with TLS. */
export function tlsFailureOf(
  error: Error & { code?: string },
  { address, tls, hasServerCertificate }: TlsAttempt,
): TlsFailure | undefined {
  const alert = Number(ALERT.exec(error.message)?.[1]);
  const fault = BY_ALERT[alert] ?? BY_CODE[error.code ?? ''];
  if (fault === undefined) {
    return undefined;
  }
  const blamesClient = fault === 'certificate-refused' || fault === 'no-common-cipher';
  const concernsClient = hasServerCertificate && blamesClient;
  return new TlsFailure(address, concernsClient ? clientCertificateFault(tls) : fault, {
    cause: error,
  });
}

/** The server closed its side during the handshake, without an alert. */
export function closedInHandshake(
  error: Error,
  { address, tls, hasServerCertificate }: TlsAttempt,
): TlsFailure {
  const fault = hasServerCertificate ? clientCertificateFault(tls) : 'no-tls';
  return new TlsFailure(address, fault, { cause: error });
}

/** Whether the client presents a certificate. */
export function showsCertificate({ cert, pfx, secureContext }: ConnectionOptions): boolean {
  return cert !== undefined || pfx !== undefined || secureContext !== undefined;
}

function clientCertificateFault(tls: ConnectionOptions): TlsFault {
  return showsCertificate(tls) ? 'certificate-refused' : 'certificate-required';
}

/** OpenSSL's messages have addresses of memory and files in them; what matters is its reason. */
function reasonOf(cause: unknown): string {
  if (cause === undefined) {
    return '';
  }
  const { code, reason, message } = cause as { code?: string; reason?: string; message: string };
  return `: ${reason ?? message}${code === undefined ? '' : ` (${code})`}`;
}
